#!/bin/sh
# Installs or updates the Orchestratia agent on this machine, from the hub that served this script.
#
#   curl -fsSL HUB/install.sh | sh -s -- TOKEN      register this machine with the token of /token in chat
#   curl -fsSL HUB/install.sh | sh                  update the programs of a machine that is registered
#
# Options: --user       install for this user even as root
#          --no-start   set up no service
# As root the agent runs as the user of sudo, or as ORCHESTRATIA_USER, or as a new user `orchestratia`; never as root unless told so by
# ORCHESTRATIA_USER=root. ORCHESTRATIA_INSTALL_DIR chooses the folder of the programs.
set -eu

say() { printf '%s\n' "$*"; }
fail() { printf 'install: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Ends the script where the hub cannot be reached; returns 1 where it answers, and has no such thing.
fetch() { # URL FILE
    status=0
    if has curl; then
        curl -fsSL --retry 2 -o "$2" "$1" 2>"$work/why" || status=$?
        [ "$status" != 22 ] || return 1
    elif has wget; then
        wget -nv -O "$2" "$1" 2>"$work/why" || status=$?
        [ "$status" != 8 ] || return 1
    else
        fail "neither curl nor wget is here: install one of them"
    fi
    [ "$status" = 0 ] || fail "the hub cannot be reached at $hub from this machine: $(tail -n 1 "$work/why" 2>/dev/null)"
}

# The hub's address is the part of the token between the prefix and the first dot, in URL-safe base64.
hub_of_token() {
    encoded=$(printf '%s' "${1#orcreg_}" | cut -d. -f1 | tr '_-' '/+')
    while [ $((${#encoded} % 4)) -ne 0 ]; do encoded="$encoded="; done
    printf '%s' "$encoded" | base64 -d 2>/dev/null
}

hub_of_config() {
    sed -n "s/^hub_url:[[:space:]]*[\"']\{0,1\}\([^\"'[:space:]]*\).*/\1/p" "$1" | head -n 1
}

check_platform() {
    os=$(uname -s)
    machine=$(uname -m)
    [ "$machine" = arm64 ] && machine=aarch64
    [ "$machine" = amd64 ] && machine=x86_64
    [ "$os/$machine" = "@OS@/@MACHINE@" ] ||
        fail "the hub has programs for @OS@ on @MACHINE@, and this is $os on $machine: build orchestratia-agent here, see the README"
}

# Every file is checked before anything is put in its place, and replaced in one step, so that a running agent keeps its own.
download() { # PROGRAM
    fetch "$hub/download/$1" "$work/$1" || fail "the hub does not give $1 away: $hub/download/$1 says why"
    fetch "$hub/download/$1.sha256" "$work/$1.sha256" || fail "the hub has no checksum of $1"
    want=$(cut -d' ' -f1 <"$work/$1.sha256")
    have=$(sha256sum "$work/$1" | cut -d' ' -f1)
    [ -n "$want" ] && [ "$want" = "$have" ] || fail "$1 did not arrive as the hub sent it: try again"
    chmod 755 "$work/$1"
}

check_libraries() {
    missing=$(ldd "$work/orchestratia-agent" 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' | tr '\n' ' ')
    [ -z "$missing" ] || fail "the agent needs libraries that are not here: $missing(on Debian: apt-get install libcurl4 libssl3 libstdc++6)"
}

put() { # PROGRAM
    cp "$work/$1" "$bin/.$1.new"
    chmod 755 "$bin/.$1.new"
    mv -f "$bin/.$1.new" "$bin/$1"
    say "installed $bin/$1"
}

as_agent() {
    if [ "$agent_user" = "$(id -un)" ]; then
        "$@"
    elif has runuser; then
        runuser -u "$agent_user" -- "$@"
    else
        sudo -u "$agent_user" -- "$@"
    fi
}

choose_user() {
    agent_user=$(id -un)
    [ "$scope" = system ] || return 0
    agent_user=${ORCHESTRATIA_USER:-${SUDO_USER:-}}
    if [ -z "$agent_user" ] || { [ "$agent_user" = root ] && [ -z "${ORCHESTRATIA_USER:-}" ]; }; then agent_user=orchestratia; fi
    if ! id "$agent_user" >/dev/null 2>&1; then
        [ "$agent_user" = orchestratia ] || fail "there is no user $agent_user"
        useradd --system --create-home --home-dir /var/lib/orchestratia-agent --shell /bin/sh orchestratia
        say "made the user orchestratia, which the agent runs as"
    fi
}

prepare_config() {
    folder=$(dirname "$config")
    mkdir -p "$folder"
    if [ "$scope" = system ]; then
        # The hub's own configuration may lie in the same folder.
        [ -e "$config" ] || { umask 077; : >"$config"; umask 022; }
        chown "$agent_user" "$config"
    fi
    [ ! -e "$config" ] || chmod 600 "$config"
}

unit() { # USER TARGET
    while IFS= read -r line; do
        case $line in
            ExecStart=*)
                printf 'ExecStart="%s/orchestratia-agent" --config "%s"\n' "$bin" "$config"
                [ -z "$1" ] || printf 'User=%s\n' "$1"
                printf 'Environment="PATH=%s:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n' "$bin"
                ;;
            WantedBy=*) printf 'WantedBy=%s\n' "$2" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done <<'END'
@UNIT@
END
}

start_service() {
    if [ "$scope" = system ]; then
        if [ ! -d /run/systemd/system ]; then return 1; fi
        unit "$agent_user" multi-user.target >/etc/systemd/system/orchestratia-agent.service
        systemctl daemon-reload
        systemctl enable --quiet orchestratia-agent
        systemctl restart orchestratia-agent
        say "the service orchestratia-agent runs as $agent_user; look at it with: systemctl status orchestratia-agent"
    else
        has systemctl && systemctl --user show-environment >/dev/null 2>&1 || return 1
        units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
        mkdir -p "$units"
        unit "" default.target >"$units/orchestratia-agent.service"
        systemctl --user daemon-reload
        systemctl --user enable --quiet orchestratia-agent
        systemctl --user restart orchestratia-agent
        say "the service orchestratia-agent runs; look at it with: systemctl --user status orchestratia-agent"
        loginctl enable-linger >/dev/null 2>&1 ||
            say "it ends when you log out: an administrator can change that with: loginctl enable-linger $(id -un)"
    fi
}

main() {
    token="" scope=user start=yes
    [ "$(id -u)" = 0 ] && scope=system
    while [ $# -gt 0 ]; do
        case $1 in
            --user) scope=user ;;
            --no-start) start=no ;;
            orcreg_*.*) token=$1 ;;
            *) fail "what is $1? Usage: curl -fsSL HUB/install.sh | sh -s -- TOKEN [--user] [--no-start]" ;;
        esac
        shift
    done

    if [ "$scope" = system ]; then
        bin=${ORCHESTRATIA_INSTALL_DIR:-/usr/local/bin}
        config=/etc/orchestratia/config.yaml
    else
        bin=${ORCHESTRATIA_INSTALL_DIR:-$HOME/.local/bin}
        config=$HOME/.config/orchestratia/config.yaml
    fi
    check_platform
    for tool in sha256sum base64 mktemp; do has "$tool" || fail "$tool is not here: install coreutils"; done
    if [ -n "$token" ]; then
        hub=$(hub_of_token "$token") || hub=""
    elif [ -s "$config" ]; then
        hub=$(hub_of_config "$config")
    else
        fail "this machine is not registered yet: give the token that /token shows in chat"
    fi
    hub=${hub%/}
    case $hub in
        http://* | https://*) ;;
        *) fail "there is no address of a hub in the token or in $config" ;;
    esac

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    download orchestratia-agent
    download orchestratia
    check_libraries
    choose_user
    mkdir -p "$bin"
    put orchestratia-agent
    put orchestratia

    prepare_config
    if [ -n "$token" ]; then
        as_agent "$bin/orchestratia-agent" --config "$config" --register "$token" || fail "the hub did not register this machine"
        say "registered at $hub, as $config says"
    fi
    if [ "$start" = yes ] && start_service; then
        :
    else
        as=""
        [ "$agent_user" = "$(id -un)" ] || as="runuser -u $agent_user -- "
        say "no service was set up; start the agent with: $as$bin/orchestratia-agent --config $config"
    fi
    case ":$PATH:" in
        *":$bin:"*) ;;
        *) say "$bin is not in your PATH: sessions of the agent find orchestratia nevertheless" ;;
    esac
}

main "$@"
