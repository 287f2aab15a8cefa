#!/bin/sh
# The demo's agent: a program in a terminal that works on one task as an AI agent would, with nothing but the `orchestratia` command.
# It plans where a plan is wanted, asks a question about every odd task, and fails every even one at the first attempt. Of the tasks of
# the sample pipeline, etc/pipelines/sale.yaml, it does what their titles say.
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
values() { sed -n "s/^ *\"$1\": \"\{0,1\}\(.*[^\",]\)\"\{0,1\},\{0,1\}\$/\1/p"; }
field() { printf '%s\n' "$json" | grep "^  \"$1\": " | values "$1" | head -n 1; }
# What other tasks handed on: all values of that name, one a line.
input() { printf '%s\n' "$json" | sed -n '/^  "resolved_inputs": {/,/^  }/p' | values "$1"; }

plan() {
    change=$(field plan_feedback)
    case $(field title) in
        "Agree on the API"*)
            step "Reading what the shop and the app call today …"
            text="1. One base address for both, with https only.
2. Three routes: a cart, a checkout, and the orders of a customer.
3. Hand them on as the contract \"api\", which the service and the app are built against."
            ;;
        *)
            step "Reading Sources/Web/Login.swift …"
            step "Reading Tests/WebTests …"
            text="Goal: $(field title)

1. Reproduce it with a failing test in LoginTests.
2. Keep the return address through the password reset: store it in the session, not in the URL.
3. Refuse addresses of other sites, so that nobody is sent away after signing in.
4. Run the whole suite, and the browser tests of the sign-in page.

Files: Sources/Web/Login.swift, Sources/Web/Session.swift, Tests/WebTests/LoginTests.swift
Risk: links in old e-mails carry the return address in the URL. I will ask what to do with them."
            ;;
    esac
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

# hand_in SUMMARY [MEMBERS]: completes the task; the members, as JSON, stand beside the summary.
hand_in() {
    text=$(printf '%s' "$1" | tr '\n' ' ' | sed 's/\\/\\\\/g; s/"/\\"/g')
    orchestratia task complete "$task" --result "{\"summary\": \"$text\"${2:+, $2}}"
}

# hand_on SUMMARY KEY VALUE [MENDED]: completes the task with a contract. Where the hub refuses the value, what is wrong with it is read, and
# mended.
hand_on() {
    refusal=$(hand_in "$1" "\"contracts\": {\"$2\": $3}" 2>&1 >/dev/null) && return
    printf '%s\n' "$refusal"
    [ -n "${4:-}" ] || {
        orchestratia task fail "$task" --error "$refusal" >/dev/null
        return
    }
    step "The hub does not take that. Mending it …"
    reason=$(printf '%s\n' "$refusal" | sed -n 's/^.*HTTP 422: //p' | head -n 1)
    hand_in "$1 My first try was refused, “$reason”, and I mended it." "\"contracts\": {\"$2\": $4}" >/dev/null
}

# A task of the sample pipeline; ends with 1 for another.
pipeline_step() {
    case $1 in
        "Agree on the API"*)
            step "Writing down the routes …"
            hand_on "Three routes for the shop and the app." api \
                '{"base_url": "https://shop.example/api", "routes": ["POST /cart", "POST /checkout", "GET /orders"]}'
            ;;
        "Work out the sale prices"*)
            step "Taking a fifth off …"
            hand_on "An umbrella at 14.99 and boots at 39.90." prices \
                '[{"article": "umbrella", "cents": "1499"}, {"article": "boots", "cents": 3990}]' \
                '[{"article": "umbrella", "cents": 1499}, {"article": "boots", "cents": 3990}]'
            ;;
        "Build the checkout service"* | "Build the checkout of the app"*)
            step "Reading the contract: $(input base_url) …"
            step "Building …"
            hand_in "Built against $(input base_url), as the contract says." >/dev/null
            ;;
        "Fill the shop"*)
            step "Entering $(input article | wc -l) articles …"
            hand_in "Entered: $(input article | paste -s -d, | sed 's/,/, /g')." >/dev/null
            ;;
        "Draw the banner"*)
            step "Drawing …"
            hand_on "A banner, 1200 pixels wide." banner '{"path": "banner.png", "width": 1200}'
            ;;
        "Build the sale page"*)
            step "Putting $(input path) on top of $(input article | wc -l) articles …"
            {
                echo "$(input path), $(input width) wide"
                printf '%s\n' "$json" | sed -n '/^  "resolved_inputs": {/,/^  }/p' |
                    awk '{ gsub(/[":,]/, "") } $1 == "article" { name = $2 } $1 == "cents" { print name " " $2 }'
            } >sale.txt
            hand_in "The page shows $(paste -s -d';' sale.txt | sed 's/;/; /g')." >/dev/null
            ;;
        "Test the whole checkout"*)
            [ "$(field attempt)" != 1 ] || {
                fail
                return
            }
            step "Running the tests …"
            tests
            hand_in "The second run passed: the payment sandbox answered." '"tests": {"passed": 48, "failed": 0, "skipped": 0}' >/dev/null
            ;;
        "Put the sale on staging"*)
            step "Deploying …"
            hand_on "It is on staging. Please look at it." release '{"url": "https://staging.shop.example/sale"}'
            ;;
        "Tell the team"*)
            hand_in "Told the team: $(input article | paste -s -d, | sed 's/,/ and /g') are on sale at $(input url)." >/dev/null
            ;;
        "Prepare the order tables"* | "Try the app on a phone"*)
            step "$1 …"
            hand_in "$1: done." >/dev/null
            ;;
        *) return 1 ;;
    esac
}

work() {
    ! pipeline_step "$(field title)" || return
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
    hand_in "Done. $said" "
        \"changes\": {\"files_modified\": [\"Sources/Web/Login.swift\", \"Sources/Web/Session.swift\"],
            \"files_created\": [\"Tests/WebTests/LoginTests.swift\"], \"files_deleted\": []},
        \"tests\": {\"passed\": 48, \"failed\": 0, \"skipped\": 0}" >/dev/null
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
