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
  },
});
