import { alsoSay } from "../shared/failure.ts";
import { translator } from "../shared/i18n.ts";

// What only the pages of the office are refused: it comes with their code, because the board's own has to come quickly.

/** Why the appliance refused a request, by the code of its problem. */
const refusal = translator({
  en: {
    scale_configured: "This scale is in the configuration. IT can take it out there.",
    scale_replaced: "Another scale stands in for this one. End that first.",
    source_fixed: "This source is in the file of PREPUFF_SOURCES. IT can change it there.",
    person_name_taken: "Somebody has this name already. Choose another one.",
    person_needed:
      "A person signs for this with a PIN. On the page People give names and PINs, and have the stations ask who acts; then do it on a paired device.",
    job_not_ended: "This job has not ended yet. Complete it first.",
    other_bags: "Other bags count now than you saw. Look at the job again.",
    already_released: "You released this job already, and nothing was changed since.",
    too_many_pairings: "Many codes are in force already. Wait a few minutes.",
    too_many_tokens: "Too many tokens are in force. Revoke those that are not used.",
    too_many_persons: "Too many people may act. Retire those who left.",
    too_many_sources: "There are too many sources. Remove those not used.",
    too_many_products: "There are too many products. Retire those not used.",
    not_prepared:
      "The bags of past jobs are being prepared for this. Try again in some minutes, or choose one job.",
  },
  es: {
    scale_configured: "Esta báscula está en la configuración. Informática puede quitarla de ahí.",
    scale_replaced: "Otra báscula sustituye a esta. Termine eso antes.",
    source_fixed: "Esta fuente está en el archivo de PREPUFF_SOURCES. Informática puede cambiarla ahí.",
    person_name_taken: "Alguien tiene ya ese nombre. Elija otro.",
    person_needed:
      "Esto lo firma una persona con su PIN. En la página Personas dé nombres y PIN, y haga que las estaciones pregunten quién actúa; después hágalo en un dispositivo vinculado.",
    job_not_ended: "Este trabajo todavía no terminó. Termínelo antes.",
    other_bags: "Ahora cuentan otras bolsas que las que vio. Mire el trabajo otra vez.",
    already_released: "Ya liberó este trabajo, y desde entonces no se cambió nada.",
    too_many_pairings: "Ya hay muchos códigos en vigor. Espere unos minutos.",
    too_many_tokens: "Hay demasiadas claves en vigor. Anule las que no se usan.",
    too_many_persons: "Hay demasiadas personas. Dé de baja a quienes se fueron.",
    too_many_sources: "Hay demasiadas fuentes. Quite las que no se usen.",
    too_many_products: "Hay demasiados productos. Retire los que no se usan.",
    not_prepared:
      "Las bolsas de los trabajos pasados aún se están preparando. Inténtelo en unos minutos o elija un solo trabajo.",
  },
});

/** What a field expects, by its name in the API. */
const wanted = translator({
  en: {
    time_zone: "A time zone such as America/Chicago.",
    standstill_minutes: "A whole number from 1 to 1440.",
    currency: "Three letters such as USD.",
    head: "A number, a colon and at least 16 digits, as printed: 1234:ab12cd34ef56ab78.",
    recipients: "One to 20 mail addresses such as manager@plant.example, each once.",
    shifts: "Each shift needs a name of its own. Two shifts must not be at the same time.",
    price_per_lb: "A number from 0, with at most 4 decimals.",
    bag_volume: "A number above 0, with at most 3 decimals.",
    tare: "A number of lb above 0, with at most 4 decimals.",
    "source.name": "A name of at most 100 characters that no other source has.",
    "source.mode":
      "An indicator that is asked sends samples, not bags. Choose that the bag is found in the stream.",
    "source.format":
      "The format string as the indicator has it, with a weight in it. The box below marks what is not understood.",
    "source.scale": "A scale number, 1 or higher, that no other source has. Its prints carry none.",
    "source.station": "A name of at most 50 characters.",
    "source.connection":
      "Another source takes the same connections. Choose other addresses, another port or another registration.",
    "source.connection.port": "A port from 1 to 65535 that nothing else here uses.",
    "source.connection.from": "Addresses or networks such as 192.168.7.21 or 192.168.7.0/24, 100 at most.",
    "source.connection.registration": "At most 64 bytes, printable; others as \\r, \\n or \\x02.",
    "source.connection.host": "An IP address or a host name.",
    "source.connection.poll.every_ms": "A whole number from 50 to 3600000.",
    "source.connection.poll.answer_ms": "A whole number from 20 to 60000.",
    "source.connection.poll.command":
      "At most 64 bytes, printable; others as \\r, \\n or \\x02. Required where the dialect has no command for the weight.",
    "source.heartbeat": "At most 64 bytes, printable; others as \\r, \\n or \\x02.",
    "source.decimals": "A whole number from 0 to 5.",
    "source.stream.division": "A number above 0, with at most 4 decimals.",
    "source.stream.min_weight": "A number above 0, with at most 4 decimals.",
    "source.stream.band": "A whole number from 1 to 100.",
    "source.stream.settle_ms": "A whole number from 50 to 60000.",
    "source.stream.rearm_percent": "A whole number from 1 to 90.",
  },
  es: {
    time_zone: "Una zona horaria como America/Chicago.",
    standstill_minutes: "Un número entero de 1 a 1440.",
    currency: "Tres letras como USD.",
    head: "Un número, dos puntos y al menos 16 cifras, como está impreso: 1234:ab12cd34ef56ab78.",
    recipients: "De una a 20 direcciones de correo como gerente@planta.example, cada una una vez.",
    shifts: "Cada turno necesita un nombre propio. Dos turnos no pueden coincidir en el tiempo.",
    price_per_lb: "Un número desde 0, con 4 decimales como máximo.",
    bag_volume: "Un número mayor que 0, con 3 decimales como máximo.",
    tare: "Un número de lb mayor que 0, con 4 decimales como máximo.",
    "source.name": "Un nombre de 100 caracteres como máximo que no tenga otra fuente.",
    "source.mode":
      "Un indicador al que se le pregunta envía muestras, no bolsas. Elija que la bolsa se busque en el flujo.",
    "source.format":
      "La cadena de formato tal como la tiene el indicador, con un peso. Abajo se marca lo que no se entiende.",
    "source.scale":
      "El número de una báscula, desde 1, que no tenga otra fuente. Sus impresiones no lo llevan.",
    "source.station": "Un nombre de 50 caracteres como máximo.",
    "source.connection":
      "Otra fuente recibe las mismas conexiones. Elija otras direcciones, otro puerto u otro registro.",
    "source.connection.port": "Un puerto de 1 a 65535 que nada más use aquí.",
    "source.connection.from": "Direcciones o redes como 192.168.7.21 o 192.168.7.0/24, 100 como máximo.",
    "source.connection.registration": "64 bytes como máximo, imprimibles; otros como \\r, \\n o \\x02.",
    "source.connection.host": "Una dirección IP o un nombre de equipo.",
    "source.connection.poll.every_ms": "Un número entero de 50 a 3600000.",
    "source.connection.poll.answer_ms": "Un número entero de 20 a 60000.",
    "source.connection.poll.command":
      "64 bytes como máximo, imprimibles; otros como \\r, \\n o \\x02. Hace falta si el dialecto no tiene un comando para el peso.",
    "source.heartbeat": "64 bytes como máximo, imprimibles; otros como \\r, \\n o \\x02.",
    "source.decimals": "Un número entero de 0 a 5.",
    "source.stream.division": "Un número mayor que 0, con 4 decimales como máximo.",
    "source.stream.min_weight": "Un número mayor que 0, con 4 decimales como máximo.",
    "source.stream.band": "Un número entero de 1 a 100.",
    "source.stream.settle_ms": "Un número entero de 50 a 60000.",
    "source.stream.rearm_percent": "Un número entero de 1 a 90.",
  },
});

alsoSay(refusal, wanted);
