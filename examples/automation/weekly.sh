#!/bin/sh
# Takes a snapshot of the account, audits it, tells what is new since the last time, and posts the worst findings to a chat.
#
# Run it from cron or a systemd timer. It needs iam-audit built with `--features live`, and credentials that may do what
# `iam-audit fetch --print-policy` prints. AUDIT_FOLDER is where snapshots and reports are kept; AUDIT_CHAT is a file for curl's
# --config that holds the line `url = "..."` with the address of the webhook, which is a secret; AUDIT_FORMAT is slack or teams.
set -eu
umask 077

folder=${AUDIT_FOLDER:?the folder for snapshots and reports}
chat=${AUDIT_CHAT:-}
format=${AUDIT_FORMAT:-slack}

# iam-audit ends with 1 for findings and 4 for what it could not see. Both are told, and neither stops the run.
run() {
    code=0
    "$@" || code=$?
    case $code in
    0 | 1 | 4) ;;
    *) exit "$code" ;;
    esac
}

mkdir -p "$folder"
cd "$folder"
# A snapshot that was interrupted is gone on with.
run iam-audit fetch --output snapshot.new
run iam-audit check snapshot.new --format json --output report.json
if [ -d snapshot ]; then
    run iam-audit diff snapshot snapshot.new --output diff.txt
fi
rm -rf snapshot
mv snapshot.new snapshot

if [ -n "$chat" ]; then
    # One message to a line.
    iam-audit notify report.json --format "$format" --worst 5 --at-least medium |
        while IFS= read -r message; do
            printf '%s' "$message" |
                curl --silent --show-error --fail --config "$chat" \
                    --header 'Content-Type: application/json' --data-binary @-
        done
fi
