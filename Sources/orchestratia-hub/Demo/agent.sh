#!/bin/sh
# The demo's agent: a program in a terminal that works on one task as an AI agent would, with nothing but the `orchestratia` command.
# It plans where a plan is wanted, asks a question about every odd task, and fails every even one at the first attempt.
#
# usage: sh agent.sh SECONDS_A_STEP
set -u
pace=${1:-1}
task=${ORCHESTRATIA_TASK_ID:?this program runs in a session of a task}

line() { printf '\033[36m●\033[0m %s\n' "$*"; }
step() {
    line "$*"
    sleep "$pace"
}
# A member of the task, which is a string or a number on a line of its own.
look() { json=$(orchestratia task view "$task" --json) || json=''; }
field() { printf '%s\n' "$json" | sed -n "s/^  \"$1\": \"\{0,1\}\(.*[^\",]\)\"\{0,1\},\{0,1\}\$/\1/p" | head -n 1; }

plan() {
    step "Reading Sources/Web/Login.swift …"
    step "Reading Tests/WebTests …"
    change=$(field plan_feedback)
    text="Goal: $(field title)

1. Reproduce it with a failing test in LoginTests.
2. Keep the return address through the password reset: store it in the session, not in the URL.
3. Refuse addresses of other sites, so that nobody is sent away after signing in.
4. Run the whole suite, and the browser tests of the sign-in page.

Files: Sources/Web/Login.swift, Sources/Web/Session.swift, Tests/WebTests/LoginTests.swift
Risk: links in old e-mails carry the return address in the URL. I will ask what to do with them."
    [ -z "$change" ] || [ "$change" = null ] || text="$text

Changed as you asked: $change"
    orchestratia task plan "$task" --plan "$text" >/dev/null
    line "The plan is handed in. Waiting for a person …"
}

tests() {
    for number in 8 16 24 32 40 48; do
        printf '\r  \033[32m%s\033[0m %s of 48 tests' "$(printf '%*s' $((number / 2)) '' | tr ' ' '#')" "$number"
        sleep "$(awk "BEGIN { print $pace / 6 }")"
    done
    printf '\n'
}

fail() {
    step "Running the tests …"
    tests
    printf '\033[31m✘ CheckoutTests.refusesAnExpiredCard\033[0m expected status 402, found 500\n'
    orchestratia task fail "$task" >/dev/null --error "The tests do not pass: 1 of 48 failed.
Test Case 'CheckoutTests.refusesAnExpiredCard' started.
Tests/WebTests/CheckoutTests.swift:88: error: expected status 402, found 500
  request: POST /checkout (card 4000 0000 0000 0069)
  cause: the payment sandbox closed the connection
Test Case 'CheckoutTests.refusesAnExpiredCard' failed (2.214 seconds).
Executed 48 tests, with 1 failure in 31.7 seconds"
}

work() {
    step "Editing Sources/Web/Login.swift …"
    number=$(field number)
    said="The second run passed: the payment sandbox answered."
    if [ $((number % 2)) -eq 0 ]; then
        [ "$(field attempt)" != 1 ] || {
            fail
            return
        }
    else
        line "There is something that I cannot decide. Asking a person …"
        answer=$(orchestratia task help "$task" --wait \
            --question "Links in e-mails that were sent before this change carry the return address in the URL. Keep them working?" \
            --context "About 1 200 such links were sent in the last week. Keeping them needs a second, older check of the address." \
            --option keep="Keep the old links" --option drop="Drop them") || return
        line "The answer: $answer"
        said="About the old links you said: $answer"
    fi
    step "Running the tests …"
    tests
    orchestratia task complete "$task" >/dev/null --result "{\"summary\": \"Done. $said\",
        \"changes\": {\"files_modified\": [\"Sources/Web/Login.swift\", \"Sources/Web/Session.swift\"],
            \"files_created\": [\"Tests/WebTests/LoginTests.swift\"], \"files_deleted\": []},
        \"tests\": {\"passed\": 48, \"failed\": 0, \"skipped\": 0}}"
}

while :; do
    look
    case $(field status) in
        assigned) orchestratia task start "$task" >/dev/null && line "Working on: $(field title)" ;;
        planning) plan ;;
        running) work ;;
        done | failed | cancelled | pending) break ;;
        *) sleep 0.2 ;;
    esac
done
line "That is all."
