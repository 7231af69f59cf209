#!/bin/sh
# Alertmanager reads nothing from the environment: this writes its configuration, and then becomes Alertmanager.
#
#   PREPUFF_ALERT_WEBHOOK_URL     where alerts are posted as JSON
#   PREPUFF_ALERT_EMAIL_TO        one address, or several with commas between them; needs SMTP_HOST and EMAIL_FROM
#   PREPUFF_ALERT_EMAIL_FROM      the sender
#   PREPUFF_ALERT_SMTP_HOST       mail server, with its port: mail.plant.example:587
#   PREPUFF_ALERT_SMTP_USER       where it wants a login
#   PREPUFF_ALERT_SMTP_PASSWORD   … and the password
#   PREPUFF_ALERT_SMTP_TLS        false: also a server without TLS; default true
#
# Webhook and password may be secret: each can be the path of a file instead, with _FILE behind its name.
# With none of them the configuration stays as it is. Arguments go to Alertmanager.
set -eu

from=${ALERTMANAGER_CONFIG:-/etc/alertmanager/alertmanager.yml}
to=${ALERTMANAGER_CONFIG_OUT:-/tmp/alertmanager.yml}

fail() { echo "alertmanager/start.sh: $*" >&2; exit 2; }

# value_of NAME: of the variable, or of the file that NAME_FILE names.
value_of() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    [ -r "$file" ] || fail "$1_FILE: $file cannot be read"
    value=$(cat "$file")
  fi
  printf '%s' "$value"
}

# quoted TEXT: as a YAML string in single quotes, on one line.
quoted() {
  printf "'"
  printf '%s' "$1" | tr -d '\n\r' | sed "s/'/''/g"
  printf "'"
}

webhook=$(value_of PREPUFF_ALERT_WEBHOOK_URL)
password=$(value_of PREPUFF_ALERT_SMTP_PASSWORD)
email=${PREPUFF_ALERT_EMAIL_TO:-}

umask 077
{
  cat "$from"
  if [ -n "$webhook" ]; then
    echo "    webhook_configs:"
    echo "      - url: $(quoted "$webhook")"
    echo "        send_resolved: true"
  fi
  if [ -n "$email" ]; then
    : "${PREPUFF_ALERT_EMAIL_FROM:?is needed with PREPUFF_ALERT_EMAIL_TO}"
    : "${PREPUFF_ALERT_SMTP_HOST:?is needed with PREPUFF_ALERT_EMAIL_TO}"
    echo "    email_configs:"
    echo "      - to: $(quoted "$email")"
    echo "        from: $(quoted "$PREPUFF_ALERT_EMAIL_FROM")"
    echo "        smarthost: $(quoted "$PREPUFF_ALERT_SMTP_HOST")"
    echo "        require_tls: $(quoted "${PREPUFF_ALERT_SMTP_TLS:-true}" | tr -d "'")"
    if [ -n "${PREPUFF_ALERT_SMTP_USER:-}" ]; then
      echo "        auth_username: $(quoted "$PREPUFF_ALERT_SMTP_USER")"
      echo "        auth_password: $(quoted "$password")"
    fi
    echo "        send_resolved: true"
    echo "        headers: { Subject: '{{ template \"prepuff.subject\" . }}' }"
    echo "        text: '{{ template \"prepuff.text\" . }}'"
    # Plain text only: it is read on phones, and some have no internet.
    echo "        html: ''"
  fi
} > "$to"

exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$to" "$@"
