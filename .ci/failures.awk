# From the output of `swift test`: each failure with the lines that explain it, cut to a readable length; and after a run that did
# not come to its end, the names of the tests that were under way.
function tell(line) { print substr(line, 1, 400) }

/ recorded an issue / { tell($0); explaining = 6; next }
explaining && /^[[:space:]]*↳/ { tell($0); explaining--; next }
{ explaining = 0 }
/^(.*: )?(Fatal error|error): / { tell($0) }
!/^◇ Test case / && /^◇ Test .* started\.$/ { name = $0; sub(/^◇ Test /, "", name); sub(/ started\.$/, "", name); running[name] = 1 }
/^(✔|✘) Test run with / { hasEnded = 1 }
/^(✔|✘|➜) Test / { for (name in running) if (index($0, "Test " name " ") == 1 + index($0, " ")) delete running[name] }
END {
    if (!hasEnded) for (name in running) if (name !~ /^run( |$)/) tell("under way: " name)
}
