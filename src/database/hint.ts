/** What to do where the PostgreSQL of DATABASE_URL cannot be used. */
export const databaseHint =
  "Is PostgreSQL running (systemctl status postgresql, docker compose ps)? Are host, port, user, password and database name in DATABASE_URL right? Meanwhile bags wait in the journal";
