# Functions of a test suite that carry neither @Test nor private. Relies on formatted code: members stand one step (4) in.
function indent(line) { match(line, /^ */); return RLENGTH }
FNR == 1 { suite = -1; suiteComes = 0; testComes = 0; text = 0 }
{
    quotes = gsub(/"""/, "\"\"\"")
    wasText = text
    if (quotes % 2) text = !text
    if (wasText || $0 ~ /^ *$/ || $0 ~ /^ *\/\//) next
    depth = indent($0)
    if (suite >= 0 && depth <= suite && $0 ~ /^ *}/) { suite = -1; next }
    if (suite < 0) {
        if ($0 ~ /^ *@Suite/) suiteComes = 1
        if ($0 ~ /^[ @A-Za-z0-9(),.:"]*(struct|class|actor|enum|extension) / && (suiteComes || $0 ~ /(struct|class|actor|enum|extension) [A-Za-z0-9_.]*Tests?[ :<{]/)) {
            if ($0 !~ /}$/) suite = depth
            suiteComes = 0
            testComes = 0
        }
        next
    }
    if (depth != suite + 4) next
    if ($0 ~ /@Test/) testComes = 1
    if ($0 ~ /^ *([@A-Za-z()."]+ )*func /) {
        if (!testComes && $0 !~ /(^| )(private|fileprivate)(\(set\))? /)
            printf "%s:%d: a function of a suite that never runs: give it @Test, or make it private\n", FILENAME, FNR
        testComes = 0
    } else if ($0 !~ /^ *[@)\]]/) testComes = 0
}
