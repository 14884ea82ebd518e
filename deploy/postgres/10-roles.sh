#!/bin/bash
# Runs once, when the database volume is empty: the owner makes the tables, the app works in them.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE partybuild_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE partybuild_app LOGIN PASSWORD :'app_password';
CREATE DATABASE partybuild OWNER partybuild_owner
  ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE partybuild FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE partybuild TO partybuild_app;
SQL
