import { idMax } from "../weighing/ids.ts";

/**
 * The English texts of the checks that the appliance makes itself; `{name}` is a value, with its unit if it has one.
 * The command line, the API and the board use them; the board has the other languages. A remedy names the button or the
 * page of the board where there is one; a command is for IT.
 */
export const words = {
  // What was looked at.
  scales_port: "part: scales' port",
  journal_part: "part: local store",
  database: "part: database",
  upstream: "part: web application",
  parts: "parts",
  disk_room: "disk room",
  scales: "scales",
  scale: "scale {scale}",
  scale_checks: "checks of scales",
  scale_check: "check of scale {scale}",
  scale_calibration: "calibration of scale {scale}",
  units: "units",
  scale_unit: "unit of scale {scale}",
  doubtful_bags: "bags in doubt",
  connections: "connections without a scale",
  called_twice: "indicators called twice",
  jobs: "jobs",
  job: "job on {station}",
  station_names: "station names",
  signals: "signals",
  signals_on: "signals on {station}",
  rejected_frames: "rejected prints",
  no_scale_connections: "connections of no scale",
  journal: "local store",
  ledger: "count check",
  refused_connections: "refused connections",
  open_files: "open files",
  log: "log",
  fallback: "database fallback",
  waiting_bags: "waiting bags",
  parked_bags: "bags held back",
  answers: "web application's answers",
  verdicts: "web application's verdicts",
  report_mails: "reports by mail",

  // What was found.
  up: "up",
  degraded: "degraded: {detail}",
  down: "down: {detail}",
  free: "{free_bytes} free on the disk of {folder}",
  no_scale: "no scale has ever connected",
  connected: "connected from {address}",
  gone: "not connected",
  connects_to_print: "connects for each print",
  silent: "connected, and a job runs on {station}, but silent",
  repeating: "connected, but it prints few weights again and again, faster than bags can be loaded",
  none_checked: "no scale is checked by weights",
  never_checked: "not checked yet",
  checked: "last checked at {checked_at}",
  check_failed: "failed the last check with {weights}",
  repeatability_failed: "shows different weights for one load (repeatability)",
  check_overdue: "the check with {weights} is overdue",
  check_due: "to be checked with {weights}",
  calibration_overdue: "was due on {date}",
  calibration_due: "is due on {date}",
  units_kept: "each scale prints the unit that it printed before",
  unit_changed: "has printed {unit} since {since_at}; before that, {unit_before}",
  none_doubtful: "none in the last day",
  doubtful: "{bags} of scale {scales} in the last day count for no job: they repeat like a stream",
  doubtful_least:
    "at least {bags} of scale {scales} in the last day count for no job: they repeat like a stream",
  heard: "last print {ago_seconds} ago",
  heard_weight: "last print {ago_seconds} ago, {weight} {unit}",
  never_heard: "no print yet",
  none_mute: "none of {connections}",
  data_bits: "data bits",
  none_called_twice: "no other appliance of the plant connects to the same indicator",
  called_twice_by: "the appliance on {machines} connects to the same indicator too: source {sources}",
  eight_bits: "no connection sends parity bits",
  seven_bits: "7 data bits with parity arrive as 8 from {addresses}; the prints are read all the same",
  mute: "{mute} of {connections}",
  mute_rejected: "from {address}: rejected prints: {frames}",
  mute_bytes: "from {address}: no complete print, bytes received: {bytes}",
  mute_nothing: "from {address}: nothing received",
  job_runs: "job {job} for {company}, {bags} of {quantity} bags",
  no_job: "no job runs, but scale {scales} is connected",
  jobs_upstream: "kept in the web application",
  job_left_here: "job {job} for {company} still runs here, but jobs are kept in the web application",
  names_agree: "every running job's station has scales",
  names_differ: 'job {job} runs on "{station}", but the scales\' station is "{scale_station}"',
  no_scale_there:
    'no scale is known on the station of job {job} on "{station}"; right where bags are posted by scan_bag',
  no_signal: "none is open",
  signals_open: "not acknowledged: {signals}, the newest one at {last_at}",
  spc_far: "a bag is far from its target",
  spc_two: "several bags are much too heavy or much too light",
  spc_four: "several bags are clearly too heavy or too light",
  spc_run: "all bags in a row are too heavy, or too light",
  spc_trend: "each bag in a row is heavier than the one before, or lighter",
  spc_turns: "bags are heavier and lighter by turns",
  spc_close: "all bags in a row are unusually close to the target",
  spc_wild: "all bags in a row are far from the target",
  none_rejected: "none in the last day",
  rejected: "{frames} in the last day",
  rejected_mostly: "mostly {reason} ({times} ×), such as {example} from {address}",
  none_foreign: "none in the last day",
  foreign: "{times} in the last day, the last one from {address}: it began with {protocol}",
  rejected_everyday: "such prints are normal",
  journal_empty: "empty: everything is in the database",
  journal_waits: "prints waiting for the database: {frames}, the oldest for {oldest_seconds}",
  ledger_whole: "prints received: {received}, bags: {bags}, rejected: {rejected}, missing: none",
  ledger_lacks: "prints received: {received}, bags: {bags}, rejected: {rejected}, missing: {missing}",
  files_enough: "enough for {connections} connections of scales",
  files_few: "{connections} connections of scales instead of the {configured} that are configured",
  ledger_unknown:
    "prints received: {received}, waiting: {pending}; how many became bags is not known while the database is not reachable",
  not_counted: "not known at this moment",
  none_refused: "none since the start",
  refused: "since the start: {times} × {why}",
  log_whole: "no line was lost since the start",
  log_lacks: "lines not written to {output} since the start: {lines}, the last one {ago_seconds} ago",
  none_fell_back: "none in the last day",
  fell_back:
    "the database fell back to an earlier state: it lacks what people did from {from_at} until {until_at} (jobs, voided and assigned bags, bags by hand, tokens)",
  fell_back_to_nothing:
    "the database fell back to a state that knows nothing of this appliance: it lacks what people did until {until_at} (jobs, voided and assigned bags, bags by hand, tokens)",
  recorded_again: "bags recorded again: {bags}",
  recording_again: "prints that are being recorded again: {frames}",
  fell_back_missing: "prints that the local store no longer had: {missing}",
  jobless_again: "bags of that time without a job now: {bags}",
  jobless_again_least: "bags of that time without a job now: {bags} or more",
  all_delivered: "none: everything is delivered",
  waiting: "{bags}, the oldest for {oldest_seconds}",
  tried: "bag {bag}: attempts so far: {attempts}, last: {error}",
  none_parked: "none",
  parked: "{bags} refused by the web application",
  parked_newest: "bag {bag} of {station}: {error}",
  answers_agreed: "as agreed in the last hour",
  odd_text:
    "bags taken since the start with other text around the answer's JSON, such as a PHP warning or a byte order mark: {bags}",
  odd_success: 'bags taken since the start with "success" as a number or a text, not as true: {bags}',
  odd_several: "bags taken since the start with an answer that says it more than once: {bags}",
  verdicts_agree: "as ours in the last day",
  disputed_in:
    "bags of {station} in the last day judged differently: {bags}, such as bag {bag} of {weight} {unit}: in tolerance here, out of tolerance there",
  disputed_out:
    "bags of {station} in the last day judged differently: {bags}, such as bag {bag} of {weight} {unit}: out of tolerance here, in tolerance there",
  mails_sent: "none is waiting",
  mails_unsent: "reports that could not be sent: {mails}, the last one to {recipients}: {error}",
  unchecked: "could not be checked ({error})",

  // What to do.
  do_signal:
    "Check the filler, then acknowledge it with its cause and what was done: at the station, or on the page Quality",
  do_mails:
    "Sending is retried for three days. IT: does the mail server of PREPUFF_ALERT_SMTP_HOST take mails from this machine, with this user, password and TLS? Wrong addresses are changed on the page Reports",
  do_scales_port: "Scales cannot connect. IT: start the appliance again and read its log",
  do_journal:
    "The disk refuses writes and the scales wait. IT: make room on the data folder's disk, or repair the disk; weighing then goes on by itself",
  do_database:
    "Bags wait in the local store, none is lost. IT: start PostgreSQL, or fix DATABASE_URL and start the appliance again",
  do_database_embedded:
    "Bags wait in the local store, none is lost. The appliance restarts its own PostgreSQL within a minute. IT: if it stays unreachable, follow this line or the log",
  do_upstream:
    "Bags wait in the database, none is lost. IT: the upstream lines of prepuff doctor say which step fails; with a refused token set PREPUFF_UPSTREAM_TOKEN again and restart",
  do_disk_room:
    "IT: make room, or move the data folder (PREPUFF_DATA_DIR): when the disk is full the scales are made to wait",
  do_no_scale:
    "In the indicator: TCP client, this machine's address, the scales' port. Between the two: cable or Wi-Fi, and a firewall that lets this port in",
  do_gone:
    'Is the indicator on, and its cable or Wi-Fi? Many indicators connect again only after they were switched off and on. A scale that is no longer used: on the page Scales choose "Edit" and switch "Accept its bags" off. IT: does it reach this machine (ping)?',
  do_silent:
    "Is anybody weighing? If so, the indicator does not print. Check that its print key or its automatic print is set to the Ethernet port",
  do_repeating:
    "Set the indicator to print once a bag: switch continuous output off, and check that its print key is not stuck. Where it must stream: on the page Scales, add a source for it with the bag found in the stream. What repeats is kept, but counts for no job",
  do_check: 'At the station touch "Check scale", put the weight on it, and press print',
  do_check_failed:
    'Clean the scale, see that nothing touches it, set it to zero, and touch "Check scale" at the station again. If it fails again, weigh no bags on it until it was repaired or calibrated; bags since the last check that passed may be off by the error',
  do_repeatability_failed:
    'See that the scale stands firmly and nothing touches it, then repeat "One load, ten times" at the station. If it fails again, have it repaired',
  do_calibration:
    'Have the scale calibrated, then set the new dates: page Scales, the scale, "Check weights". Until then it weighs on',
  do_unit:
    "If nobody meant to change it, press the unit key of the indicator. No weight is wrong: each bag is kept in the unit that was printed, and judged exactly",
  do_doubtful:
    'On the page Bags, verdict "No job": choose "Assign" for those that are real bags; they are then judged, numbered and forwarded. The others can stay as they are. See that the indicator prints once a bag',
  do_mute:
    'Nothing came: print a bag, or assign the print to the Ethernet port. Bytes or rejected prints: set the print format to scale id, comma, weight, blank, unit, CR LF; "Raw prints" on the page Scales shows what comes',
  do_called_twice:
    "Most indicators take one connection only. Switch the source off, and IT: keep it in the file of PREPUFF_SOURCES of the one appliance that is to connect",
  do_data_bits: "Set the device server to the scale's own setting: 7 data bits, and its parity",
  do_start_job:
    'Start a job on "{station}" if bags are filled: "Start job" on its board. Bags without a job are stored without number and verdict, and can be assigned later, on the page Bags',
  do_same_name:
    "The names must be the same letter for letter. Complete the job on the page Jobs, and start it on the board of the scales' station. Or IT: change PREPUFF_STATION or PREPUFF_STATIONS",
  do_foreign:
    "No bag is lost, and nothing of it was taken as a print. IT: find out what connects from that address to the scales' port, and point it elsewhere: a browser, a health check, a monitor, a port scan. Behind a load balancer switch the PROXY protocol off. PREPUFF_SCALE_ALLOW keeps others out",
  do_malformed:
    'Set the indicator\'s print format to scale id, comma, weight, blank, unit, CR LF; "Raw prints" on the page Scales shows what comes',
  do_ambiguous:
    'One print is one line with one weight: change the indicator\'s print format. Where commas stand in weights, IT: set PREPUFF_DECIMAL_MARK to comma or point. "Raw prints" on the page Scales shows what comes',
  do_stale:
    "Something sends text that is no print (a device server's heartbeat?): switch it off there. Or prints are cut off on their way: check the cable and the device server",
  do_remainder:
    "The indicator prints more behind the weight, and pauses before it: such bags are marked. Put CR LF at the end of the print format, and set the device server to send a print in one piece",
  do_too_long:
    "Add a terminator (CR LF) to the indicator's print format; or something else sends to this port",
  do_unknown_unit: "Set the indicator to lb, kg, g or oz",
  do_out_of_range: `Check the scale id in the print format (1 to ${idMax}) and the weight's digits`,
  do_unknown_scale:
    'If it was switched off: on the page Scales choose "Edit" and switch "Accept its bags" on. If it is new, IT: add it to PREPUFF_STATIONS, or allow it through the API (docs/scales.md)',
  do_refused_frame:
    "IT: the log says why the database refused it; make a file with prepuff support-bundle and report it",
  do_journal_waits:
    "They are safe on the disk and are recorded when the database answers again: see its own line. IT: do not delete the data folder",
  do_ledger:
    "Was the database or the data folder restored from a backup? Then these are the prints that the backup lacks. Otherwise IT: make a file with prepuff support-bundle and report it",
  do_not_allowed:
    "IT: the log (connection refused) names the address. If it is a scale's, add it to PREPUFF_SCALE_ALLOW",
  do_files:
    "The process may open too few files: the rest is kept for the database and the board. IT: raise the limit (LimitNOFILE= of its service, ulimits: nofile in compose.yaml, else ulimit -n) and start the appliance again, or set PREPUFF_SCALE_MAX_CONNECTIONS to what is enough",
  do_too_many:
    "IT: raise PREPUFF_SCALE_MAX_PER_ADDRESS or PREPUFF_SCALE_MAX_CONNECTIONS, or find what connects so often: the log (connection refused) names the address",
  do_log:
    "Weighing goes on; only the log has a gap. IT: is the disk of the log full or read-only (file: PREPUFF_LOG_DIR)? Does somebody read the standard output (stdout)? The log goes on by itself",
  do_fell_back:
    'Ask who worked in that time what they did, and do it again: start or end jobs, void bags, enter bags by hand. Then on the page Bags, verdict "No job": choose "Assign" for the bags of a job that was lost. IT: create tokens of that time again, and see why the database lacked it (a standby that was behind, a restored backup). This line disappears after a day',
  do_waiting:
    "They are sent in their order as soon as the web application takes them. IT: the upstream lines of prepuff doctor say why it is not running",
  do_parked:
    'Mostly no job runs in the web application for that station: start it there, or correct the station\'s name. Then, as an admin, choose "Try again" under Bags held back on the page Attention, or "Discard" for bags that nobody wants there',
  do_answers:
    "The bags are delivered. Tell the people of the web application: its scan_bag must answer with its JSON alone (PHP: display_errors off). IT: the log shows such an answer (upstream took a bag, but its answer is not as agreed)",
  do_end_job:
    'Complete the job on the board of "{station}": its bags are judged by the web application. If jobs are to be kept here, IT: set PREPUFF_JOBS to local',
  do_disputed:
    "Two jobs judge the same bags: make target and tolerance equal here and in the web application. If only the web application's job counts, IT: set PREPUFF_JOBS to upstream",
  do_again: "Wait a minute. If this line stays, IT: read the appliance's log",
} as const satisfies Readonly<Record<string, string>>;

export type Word = keyof typeof words;
