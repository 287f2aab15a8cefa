# The files that Markdown links lead to: place, tab, path from the project's top. Code blocks and the network's addresses are left out.
FNR == 1 { code = 0; folder = FILENAME; if (!sub(/\/[^\/]*$/, "/", folder)) folder = "" }
/^ *(```|~~~)/ { code = !code; next }
code { next }
{
    line = $0
    gsub(/`[^`]*`/, "", line)
    while (match(line, /\]\([^)]*\)/)) {
        target = substr(line, RSTART + 2, RLENGTH - 3)
        line = substr(line, RSTART + RLENGTH)
        sub(/[ \t].*$/, "", target)
        sub(/#.*$/, "", target)
        if (target == "" || target ~ /^[a-z][a-z0-9+.-]*:/) continue
        if (target ~ /^\//) printf "%s:%d\t%s\n", FILENAME, FNR, target
        else printf "%s:%d\t%s%s\n", FILENAME, FNR, folder, target
    }
}
