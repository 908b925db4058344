#!/bin/sh
# Takes a snapshot of the account, audits it, tells what is new since the last time, and sends the worst findings to people.
#
# Run it from cron or a systemd timer. It needs iam-audit built with `--features live`, and credentials that may do what
# `iam-audit fetch --print-policy` prints.
#
#   AUDIT_FOLDER  where snapshots and reports are kept
#   AUDIT_PATH    the folder of the program iam-audit, where it is not in PATH or /usr/local/bin
#   AUDIT_FORMAT  slack (the default), teams or email
#   AUDIT_CHAT    for slack and teams: a file for curl's --config that holds the line `url = "..."` with the address of the
#                 webhook, which is a secret
#   AUDIT_MAIL    for email: who gets it; sendmail takes it
#
# Without AUDIT_CHAT and AUDIT_MAIL the report is written and nobody is told.
set -eu
umask 077

folder=${AUDIT_FOLDER:?the folder for snapshots and reports}
chat=${AUDIT_CHAT:-}
mail=${AUDIT_MAIL:-}
format=${AUDIT_FORMAT:-slack}
# cron knows of /usr/bin and /bin alone.
PATH=${AUDIT_PATH:+$AUDIT_PATH:}$PATH:/usr/local/bin:/usr/sbin
export PATH

say() {
    echo "weekly.sh: $1" >&2
}

fail() {
    say "$1"
    exit 2
}

# What is wrong is told now, and not after an hour of questions to AWS.
case $format in
slack | teams) if [ -n "$mail" ]; then fail "AUDIT_MAIL is for AUDIT_FORMAT=email"; fi ;;
email) if [ -n "$chat" ] || [ -z "$mail" ]; then fail "AUDIT_FORMAT=email needs AUDIT_MAIL, and no AUDIT_CHAT"; fi ;;
*) fail "AUDIT_FORMAT is slack, teams or email, not '$format'" ;;
esac
command -v iam-audit >/dev/null || fail "iam-audit is not in $PATH; set AUDIT_PATH to its folder"

# iam-audit ends with 1 for findings and 4 for what it could not see. Both are told, and neither stops the run.
run() {
    code=0
    "$@" || code=$?
    case $code in
    0 | 1) ;;
    4) say "not everything was seen by: $*" ;;
    *) exit "$code" ;;
    esac
}

mkdir -p "$folder"
cd "$folder"
# A snapshot that was interrupted is gone on with for a day. Later it would mix what was true then with what is true now, and
# fetch refuses it.
if [ -e snapshot.new ] && { [ ! -e snapshot.begun ] || [ -n "$(find snapshot.begun -mtime +0)" ]; }; then
    say "the snapshot in $folder/snapshot.new was begun more than a day ago and is deleted; a new one is begun"
    rm -rf snapshot.new
fi
if [ ! -e snapshot.new ]; then
    touch snapshot.begun
fi
run iam-audit fetch --output snapshot.new
run iam-audit check snapshot.new --format json --output report.json
if [ -d snapshot ]; then
    run iam-audit diff snapshot snapshot.new --output diff.txt
fi
rm -rf snapshot
mv snapshot.new snapshot
rm -f snapshot.begun

if [ -z "$chat$mail" ]; then
    exit 0
fi
# An account of which something was not seen is at least medium.
iam-audit notify report.json --format "$format" --worst 5 --at-least medium --output messages
if [ ! -s messages ]; then
    exit 0
fi
if [ -n "$mail" ]; then
    # All accounts are in one e-mail.
    { printf 'To: %s\n' "$mail" && cat messages; } | sendmail -t
    exit 0
fi
# One message to a line.
while IFS= read -r message; do
    printf '%s' "$message" |
        curl --silent --show-error --fail --config "$chat" --header 'Content-Type: application/json' --data-binary @-
done <messages
