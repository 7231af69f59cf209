import type { Word } from "../../../health/words.ts";
import { idMax } from "../../../weighing/ids.ts";

/** The doctor's words in Spanish: each has the values of the English one. */
export const spanishWords: Readonly<Record<Word, string>> = {
  scales_port: "Puerto de las básculas",
  journal_part: "Almacén local",
  database: "Base de datos",
  upstream: "Aplicación web",
  parts: "Partes del equipo",
  disk_room: "Espacio en el disco",
  scales: "Básculas",
  scale: "Báscula {scale}",
  units: "unidades",
  scale_unit: "unidad de la báscula {scale}",
  doubtful_bags: "Bolsas en duda",
  connections: "Conexiones sin báscula",
  called_twice: "Indicadores con dos conexiones",
  jobs: "Trabajos",
  job: "Trabajo en {station}",
  station_names: "Nombres de las estaciones",
  signals: "señales",
  signals_on: "señales en {station}",
  rejected_frames: "Impresiones rechazadas",
  no_scale_connections: "conexiones que no son de básculas",
  journal: "Impresiones en el almacén local",
  ledger: "Control de conteo",
  open_files: "archivos abiertos",
  refused_connections: "Conexiones no admitidas",
  answers: "Respuestas de la aplicación web",
  verdicts: "resultados de la aplicación web",
  report_mails: "informes por correo",
  log: "Registro de eventos",
  fallback: "Base de datos en un estado anterior",
  waiting_bags: "Bolsas en espera",
  parked_bags: "Bolsas retenidas",

  up: "en marcha",
  degraded: "limitado: {detail}",
  down: "caído: {detail}",
  free: "{free_bytes} libres en el disco de {folder}",
  no_scale: "nunca se conectó ninguna báscula",
  connected: "conectada desde {address}",
  gone: "sin conexión",
  connects_to_print: "se conecta para cada impresión",
  silent: "conectada, y hay un trabajo en marcha en {station}, pero en silencio",
  repeating: "conectada, pero imprime pocos pesos una y otra vez, más rápido de lo que se cargan bolsas",
  units_kept: "cada báscula imprime en la misma unidad que antes",
  unit_changed: "imprime en {unit} desde el {since_at}, antes en {unit_before}",
  none_doubtful: "ninguna en el último día",
  doubtful:
    "{bags} de la báscula {scales} en el último día no cuentan en ningún trabajo: se repiten sin parar",
  doubtful_least:
    "al menos {bags} de la báscula {scales} en el último día no cuentan en ningún trabajo: se repiten sin parar",
  heard: "última impresión hace {ago_seconds}",
  heard_weight: "última impresión hace {ago_seconds}, {weight} {unit}",
  never_heard: "todavía no ha impreso",
  none_mute: "ninguna de {connections}",
  data_bits: "bits de datos",
  none_called_twice: "ningún otro equipo de la planta se conecta al mismo indicador",
  called_twice_by: "el equipo en {machines} también se conecta al mismo indicador: fuente {sources}",
  eight_bits: "ninguna conexión envía bits de paridad",
  seven_bits:
    "de {addresses} llegan 7 bits de datos con paridad como si fueran 8; las impresiones se leen igualmente",
  mute: "{mute} de {connections}",
  mute_rejected: "de {address}: impresiones rechazadas: {frames}",
  mute_bytes: "de {address}: ninguna impresión completa, bytes recibidos: {bytes}",
  mute_nothing: "de {address}: no llegó nada",
  job_runs: "trabajo {job} para {company}, {bags} de {quantity} bolsas",
  no_job: "no hay ningún trabajo en marcha, pero la báscula {scales} está conectada",
  jobs_upstream: "se llevan en la aplicación web",
  job_left_here:
    "el trabajo {job} para {company} sigue en marcha aquí, pero los trabajos se llevan en la aplicación web",
  names_agree: "la estación de cada trabajo en marcha tiene básculas",
  names_differ: "el trabajo {job} está en «{station}», pero la estación de las básculas es «{scale_station}»",
  no_scale_there:
    "no se conoce ninguna báscula en la estación del trabajo {job}, «{station}»; es correcto si las bolsas llegan por scan_bag",
  no_signal: "ninguna está abierta",
  signals_open: "sin confirmar: {signals}, la más reciente a las {last_at}",
  spc_far: "una bolsa está lejos de su objetivo",
  spc_two: "varias bolsas pesan mucho de más o mucho de menos",
  spc_four: "varias bolsas pesan claramente de más o de menos",
  spc_run: "todas las bolsas seguidas pesan de más, o de menos",
  spc_trend: "cada bolsa seguida pesa más que la anterior, o menos",
  spc_turns: "las bolsas pesan más y menos por turnos",
  spc_close: "todas las bolsas seguidas están demasiado cerca del objetivo",
  spc_wild: "todas las bolsas seguidas están lejos del objetivo",
  none_rejected: "ninguna en el último día",
  rejected: "{frames} en el último día",
  rejected_mostly: "sobre todo {reason} ({times} ×), como {example} de {address}",
  none_foreign: "ninguna en el último día",
  foreign: "{times} en el último día, la última desde {address}: empezó con {protocol}",
  rejected_everyday: "impresiones así son normales",
  journal_empty: "vacío: todo está en la base de datos",
  journal_waits:
    "impresiones en espera de la base de datos: {frames}, la más antigua desde hace {oldest_seconds}",
  ledger_whole: "impresiones recibidas: {received}, bolsas: {bags}, rechazadas: {rejected}, faltan: ninguna",
  ledger_lacks:
    "impresiones recibidas: {received}, bolsas: {bags}, rechazadas: {rejected}, faltan: {missing}",
  not_counted: "no se sabe en este momento",
  ledger_unknown:
    "impresiones recibidas: {received}, en espera: {pending}; cuántas pasaron a ser bolsas no se sabe mientras la base de datos no responde",
  files_enough: "suficientes para {connections} conexiones de básculas",
  files_few: "{connections} conexiones de básculas en lugar de las {configured} configuradas",
  none_refused: "ninguna desde el arranque",
  refused: "desde el arranque: {times} × {why}",
  log_whole: "no se ha perdido ninguna línea desde el arranque",
  log_lacks:
    "líneas que no se pudieron escribir en {output} desde el arranque: {lines}, la última hace {ago_seconds}",
  none_fell_back: "ninguna vez en el último día",
  fell_back:
    "la base de datos volvió a un estado anterior: le falta lo que se hizo desde {from_at} hasta {until_at} (trabajos, bolsas anuladas y asignadas, bolsas a mano, claves)",
  fell_back_to_nothing:
    "la base de datos volvió a un estado que no conoce este equipo: le falta lo que se hizo hasta {until_at} (trabajos, bolsas anuladas y asignadas, bolsas a mano, claves)",
  recorded_again: "bolsas guardadas otra vez: {bags}",
  recording_again: "impresiones que se están guardando otra vez: {frames}",
  fell_back_missing: "impresiones que el almacén local ya no tenía: {missing}",
  jobless_again: "bolsas de ese tiempo que ahora no tienen trabajo: {bags}",
  jobless_again_least: "bolsas de ese tiempo que ahora no tienen trabajo: {bags} o más",
  all_delivered: "ninguna: todo está entregado",
  waiting: "{bags}, la más antigua desde hace {oldest_seconds}",
  tried: "bolsa {bag}: intentos hasta ahora: {attempts}; el último: {error}",
  none_parked: "ninguna",
  parked: "la aplicación web rechazó {bags}",
  parked_newest: "bolsa {bag} de {station}: {error}",
  answers_agreed: "como se acordó, en la última hora",
  odd_text:
    "bolsas aceptadas desde el arranque con otro texto alrededor del JSON de la respuesta, como un aviso de PHP o una marca de orden de bytes: {bags}",
  odd_success: 'bolsas aceptadas desde el arranque con "success" como número o texto, no como true: {bags}',
  odd_several: "bolsas aceptadas desde el arranque con una respuesta que lo dice más de una vez: {bags}",
  verdicts_agree: "como los de aquí en el último día",
  disputed_in:
    "bolsas de {station} con resultados distintos en el último día: {bags}, como la bolsa {bag} de {weight} {unit}: aquí dentro de la tolerancia, allí fuera",
  disputed_out:
    "bolsas de {station} con resultados distintos en el último día: {bags}, como la bolsa {bag} de {weight} {unit}: aquí fuera de la tolerancia, allí dentro",
  scale_checks: "verificación de básculas",
  scale_check: "verificación de la báscula {scale}",
  scale_calibration: "calibración de la báscula {scale}",
  none_checked: "ninguna báscula se verifica con pesas",
  never_checked: "aún no se verificó",
  checked: "verificada por última vez: {checked_at}",
  check_failed: "no pasó la última verificación con {weights}",
  repeatability_failed: "muestra pesos distintos para una misma carga (repetibilidad)",
  check_overdue: "la verificación con {weights} está atrasada",
  check_due: "hay que verificarla con {weights}",
  calibration_overdue: "vencía el {date}",
  calibration_due: "vence el {date}",
  do_check: "En la estación toque «Verificar báscula», ponga la pesa y pulse imprimir",
  do_check_failed:
    "Limpie la báscula, vea que nada la toque, póngala a cero y toque otra vez «Verificar báscula» en la estación. Si vuelve a fallar, no pese bolsas en ella hasta que se repare o calibre; las bolsas desde la última verificación correcta pueden tener ese error",
  do_repeatability_failed:
    "Vea que la báscula esté firme y nada la toque, y repita «Una carga, diez veces» en la estación. Si vuelve a fallar, mándela reparar",
  do_calibration:
    "Mande calibrar la báscula y ponga las fechas nuevas: página Básculas, la báscula, «Pesas de control». Hasta entonces sigue pesando",
  mails_sent: "ninguno en espera",
  mails_unsent: "informes que no se pudieron enviar: {mails}, el último a {recipients}: {error}",
  unchecked: "no se pudo comprobar ({error})",

  do_signal:
    "Revise la llenadora y confírmela con su causa y lo que se hizo: en la estación, o en la página Calidad",
  do_mails:
    "Se reintenta automáticamente durante tres días. Informática: ¿acepta el servidor de correo de PREPUFF_ALERT_SMTP_HOST mensajes de esta máquina, con este usuario, contraseña y TLS? Las direcciones erróneas se cambian en la página Informes",
  do_scales_port:
    "Las básculas no pueden conectarse. Informática: arranque el equipo de nuevo y lea su registro",
  do_journal:
    "El disco no admite escrituras y las básculas esperan. Informática: libere espacio en el disco de la carpeta de datos o repare el disco; después sigue solo",
  do_database:
    "Las bolsas esperan en el almacén local, no se pierde ninguna. Informática: arranque PostgreSQL, o corrija DATABASE_URL y arranque el equipo de nuevo",
  do_database_embedded:
    "Las bolsas esperan en el almacén local, no se pierde ninguna. El equipo arranca de nuevo su propio PostgreSQL por sí solo, en un minuto como mucho. Informática: si sigue sin responder, haga lo que dice esta línea o el registro",
  do_upstream:
    "Las bolsas esperan en la base de datos, no se pierde ninguna. Informática: las líneas «upstream» de prepuff doctor dicen qué paso falla; si se rechaza la clave, ponga otra en PREPUFF_UPSTREAM_TOKEN y arranque de nuevo",
  do_disk_room:
    "Informática: libere espacio o mueva la carpeta de datos (PREPUFF_DATA_DIR): con el disco lleno las básculas tienen que esperar",
  do_no_scale:
    "En el indicador: cliente TCP, la dirección de esta máquina, el puerto de las básculas. Entre los dos: cable o wifi, y un cortafuegos que deje pasar ese puerto",
  do_gone:
    "¿Está encendido el indicador, y su cable o wifi en orden? Muchos indicadores solo vuelven a conectarse tras apagarlos y encenderlos. Si la báscula ya no se usa: en la página Básculas elija «Editar» y desactive «Aceptar sus bolsas». Informática: ¿llega a esta máquina (ping)?",
  do_silent:
    "¿Hay alguien pesando? Si es así, el indicador no imprime. Compruebe que su tecla de imprimir, o su impresión automática, va al puerto Ethernet",
  do_repeating:
    "Ponga el indicador en una impresión por bolsa: desactive la salida continua y compruebe que la tecla de imprimir no está atascada. Si tiene que emitir de continuo: en la página Básculas, añada una fuente con la bolsa buscada en el flujo. Lo que se repite se guarda, pero no cuenta en ningún trabajo",
  do_unit:
    "Si nadie quiso cambiarla, pulse la tecla de unidad del indicador. Ningún peso es erróneo: cada bolsa se guarda en la unidad impresa y se evalúa con exactitud",
  do_doubtful:
    "En la página Bolsas, resultado «Sin trabajo»: elija «Asignar» para las que son bolsas de verdad; entonces se evalúan, se numeran y se envían. Las demás pueden quedarse como están. Compruebe que el indicador imprime una vez por bolsa",
  do_mute:
    "Si no llegó nada: imprima una bolsa, o dirija la impresión al puerto Ethernet. Si llegaron bytes o impresiones rechazadas: ponga el formato de impresión en número de báscula, coma, peso, espacio, unidad, CR LF; «Impresiones» en la página Básculas muestra lo que llega",
  do_called_twice:
    "Casi todos los indicadores admiten una sola conexión. Desactive la fuente; informática: póngala en el archivo de PREPUFF_SOURCES del único equipo que deba conectarse",
  do_data_bits: "Ponga el servidor de puertos serie como la báscula: 7 bits de datos, y su paridad",
  do_start_job:
    "Inicie un trabajo en «{station}» si se llenan bolsas: «Iniciar trabajo» en su tablero. Las bolsas sin trabajo se guardan sin número ni resultado, y se pueden asignar después en la página Bolsas",
  do_same_name:
    "Los nombres tienen que ser iguales letra por letra. Termine el trabajo en la página Trabajos e inícielo en el tablero de la estación de las básculas. O informática: cambie PREPUFF_STATION o PREPUFF_STATIONS",
  do_foreign:
    "No se pierde ninguna bolsa, y nada de ello se tomó como impresión. Informática: averigüe qué se conecta desde esa dirección al puerto de las básculas y diríjalo a otro lugar: un navegador, una comprobación de estado, un monitor, un escaneo de puertos. Detrás de un balanceador de carga desactive el protocolo PROXY. PREPUFF_SCALE_ALLOW deja fuera a los demás",
  do_malformed:
    "Ponga el formato de impresión del indicador en número de báscula, coma, peso, espacio, unidad, CR LF; «Impresiones» en la página Básculas muestra lo que llega",
  do_ambiguous:
    "Una impresión es una línea con un peso: cambie el formato de impresión del indicador. Si hay comas en los pesos, informática: ponga PREPUFF_DECIMAL_MARK en comma o point. «Impresiones» en la página Básculas muestra lo que llega",
  do_stale:
    "Algo envía texto que no es una impresión (¿la señal de vida de un servidor de puertos serie?): desactívelo allí. O las impresiones se cortan por el camino: revise el cable y el servidor de puertos serie",
  do_remainder:
    "El indicador imprime algo más detrás del peso, y hace una pausa antes: esas bolsas quedan marcadas. Ponga CR LF al final del formato de impresión, y haga que el servidor de puertos serie envíe cada impresión de una vez",
  do_too_long:
    "Añada un final de línea (CR LF) al formato de impresión del indicador; o es otra cosa la que envía a este puerto",
  do_unknown_unit: "Ponga el indicador en lb, kg, g u oz",
  do_out_of_range: `Revise el número de báscula en el formato de impresión (de 1 a ${idMax}) y las cifras del peso`,
  do_unknown_scale:
    "Si se desactivó: en la página Básculas elija «Editar» y active «Aceptar sus bolsas». Si es nueva, informática: añádala a PREPUFF_STATIONS o permítala por la API (docs/scales.md)",
  do_refused_frame:
    "Informática: el registro dice por qué la rechazó la base de datos; cree un archivo con prepuff support-bundle y comuníquelo",
  do_journal_waits:
    "Están a salvo en el disco y se guardan cuando vuelva la base de datos: vea lo que se dice de ella. Informática: no borre la carpeta de datos",
  do_ledger:
    "¿Se restauró la base de datos o la carpeta de datos de una copia? Entonces son las impresiones que faltan en la copia. Si no, informática: cree un archivo con prepuff support-bundle y comuníquelo",
  do_not_allowed:
    "Informática: el registro (connection refused) dice la dirección. Si es de una báscula, añádala a PREPUFF_SCALE_ALLOW",
  do_files:
    "El proceso puede abrir muy pocos archivos: el resto se reserva para la base de datos y el tablero. Informática: suba el límite (LimitNOFILE= de su servicio, ulimits: nofile en compose.yaml, o ulimit -n) y reinicie el equipo, o ponga en PREPUFF_SCALE_MAX_CONNECTIONS las que basten",
  do_too_many:
    "Informática: suba PREPUFF_SCALE_MAX_PER_ADDRESS o PREPUFF_SCALE_MAX_CONNECTIONS, o busque qué se conecta tantas veces: el registro (connection refused) dice la dirección",
  do_log:
    "Se sigue pesando; solo faltan líneas del registro. Informática: ¿está lleno o es de solo lectura el disco del registro (file: PREPUFF_LOG_DIR)? ¿Lee alguien la salida estándar (stdout)? El registro continúa solo",
  do_fell_back:
    "Pregunte a quienes trabajaron en ese tiempo qué hicieron, y hágalo otra vez: iniciar o terminar trabajos, anular bolsas, registrar bolsas a mano. Después, en la página Bolsas, resultado «Sin trabajo»: elija «Asignar» para las bolsas de un trabajo que se perdió. Informática: cree otra vez las claves de ese tiempo, y averigüe por qué le faltaba a la base de datos (una réplica atrasada, una copia restaurada). Esta línea desaparece después de un día",
  do_waiting:
    "Se envían en su orden en cuanto la aplicación web las admita. Informática: las líneas «upstream» de prepuff doctor dicen qué las detiene",
  do_parked:
    "Casi siempre falta en la aplicación web un trabajo para esa estación: inícielo allí o corrija el nombre de la estación. Después, como administrador, elija «Reintentar» en Bolsas retenidas de la página Atención, o «Descartar» para las que allí no se quieren",
  do_answers:
    "Las bolsas están entregadas. Avise a los responsables de la aplicación web: scan_bag debe responder solo con su JSON (PHP: display_errors desactivado). Informática: el registro muestra una respuesta así (upstream took a bag, but its answer is not as agreed)",
  do_end_job:
    "Termine el trabajo en el tablero de «{station}»: sus bolsas las evalúa la aplicación web. Si los trabajos se llevan aquí, informática: ponga PREPUFF_JOBS en local",
  do_disputed:
    "Dos trabajos evalúan las mismas bolsas: ponga el mismo objetivo y la misma tolerancia aquí y en la aplicación web. Si solo cuenta el trabajo de la aplicación web, informática: ponga PREPUFF_JOBS en upstream",
  do_again: "Espere un minuto. Si sigue así, informática: lea el registro del equipo",
};
