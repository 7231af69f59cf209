import { translator } from "./i18n.ts";

/** Why the appliance refused a request, by the code of its problem. */
export const refusal = translator({
  en: {
    station_busy: "A job runs on this station already. Complete or cancel it first.",
    job_not_active: "This job has ended already.",
    already_voided: "This bag is void already.",
    already_assigned: "This bag belongs to a job already.",
    other_station: "The bag was weighed on another station than the job's.",
    job_cancelled: "This job is cancelled: it takes no more bags.",
    job_full: "This job has all its bags.",
    scale_configured: "This scale is in the configuration. IT can take it out there.",
    scale_replaced: "Another scale stands in for this one. End that first.",
    source_fixed: "This source is in the file of PREPUFF_SOURCES. IT can change it there.",
    name_taken: "There is a source of that name already. Choose another name.",
    not_found: "It is not there any more.",
    too_slow: "This took too long. Ask for less, such as a shorter time.",
    database_busy: "The database cannot do this just now. Nothing was changed. Try again soon.",
    too_many_clients: "Too many screens look at this at once. Close one, or try again soon.",
    internal: "Something went wrong in the appliance. If it happens again, call IT: its log says more.",
  },
  es: {
    station_busy: "En esta estación ya hay un trabajo en marcha. Termínelo o cancélelo antes.",
    job_not_active: "Este trabajo ya terminó.",
    already_voided: "Esta bolsa ya está anulada.",
    already_assigned: "Esta bolsa ya pertenece a un trabajo.",
    other_station: "La bolsa se pesó en otra estación que la del trabajo.",
    job_cancelled: "Este trabajo está cancelado: no admite más bolsas.",
    job_full: "Este trabajo ya tiene todas sus bolsas.",
    scale_configured: "Esta báscula está en la configuración. Informática puede quitarla de ahí.",
    scale_replaced: "Otra báscula sustituye a esta. Termine eso antes.",
    source_fixed: "Esta fuente está en el archivo de PREPUFF_SOURCES. Informática puede cambiarla ahí.",
    name_taken: "Ya hay una fuente con ese nombre. Elija otro.",
    not_found: "Ya no existe.",
    too_slow: "Tardó demasiado. Pida menos, por ejemplo un tiempo más corto.",
    database_busy: "La base de datos no puede hacerlo ahora. No se cambió nada. Inténtelo pronto otra vez.",
    too_many_clients: "Demasiadas pantallas miran esto a la vez. Cierre una o inténtelo más tarde.",
    internal: "Algo falló en el equipo. Si vuelve a pasar, avise a informática: su registro dice más.",
  },
});

/** What a field expects, by its name in the API. */
export const wanted = translator({
  en: {
    target_weight: "A number above 0, with at most 2 decimals.",
    tolerance_percent: "A number from 0 to 100, with at most 2 decimals.",
    quantity: "A whole number from 1 to {max}.",
    weight: "A number above 0, below a million, with at most 4 decimals.",
    scale: "Choose the scale.",
    company: "A name of at most 200 characters.",
    started_by: "A name of at most 200 characters.",
    name: "A name of at most 100 characters.",
    station: "A name of at most 50 characters.",
    alias_of: "One of the two stands in for another scale already. End that first.",
    reason: "At most 500 characters.",
    job_id: "There is no such job any more.",

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
    target_weight: "Un número mayor que 0, con 2 decimales como máximo.",
    tolerance_percent: "Un número de 0 a 100, con 2 decimales como máximo.",
    quantity: "Un número entero de 1 a {max}.",
    weight: "Un número mayor que 0, menor de un millón, con 4 decimales como máximo.",
    scale: "Elija la báscula.",
    company: "Un nombre de 200 caracteres como máximo.",
    started_by: "Un nombre de 200 caracteres como máximo.",
    name: "Un nombre de 100 caracteres como máximo.",
    station: "Un nombre de 50 caracteres como máximo.",
    alias_of: "Una de las dos ya sustituye a otra báscula. Termine eso antes.",
    reason: "500 caracteres como máximo.",
    job_id: "Ese trabajo ya no existe.",

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
