import Foundation
import HubCore
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// What users of systems like this one complain about, as far as it needs a real terminal. 3, 6 and 26 are in ``BreakTests``.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AgentPainTests {
    @Test func `11 Enter not submitted: a program that swallows the first Enter still gets what was typed, and the chat says so`()
        async throws
    {
        // A line editor of its own, which takes an Enter right behind a paste for a part of it, and shows what it has only then.
        let editor = """
            exec bash -c '
            stty raw -echo; printf "> "; text=""; enters=0
            while IFS= read -r -N 1 key; do
                if [ "$key" = $'"'\\\\r'"' ] || [ "$key" = $'"'\\\\n'"' ]; then
                    enters=$((enters + 1))
                    [ $enters -gt 1 ] || continue
                    printf "\\\\r\\\\ngot: %s after %s\\\\r\\\\n> " "$text" "$enters"; text=""
                else text="$text$key"; fi
            done'
            """
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose]}"]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": editor])
            let session = try await site.open("editor", on: machine, profile: "goose")
            try await site.screen(of: session, shows: ">")
            let asked = try await site.say("/send editor oil the hinges")
            _ = try await site.reply(after: asked) { $0.text.contains("typed and submitted") }
            try await site.screen(of: session, shows: "got: oil the hinges after 2")
        }
    }

    @Test func `12 usage limit: an agent that ran into one is told in the chat, with what its screen says`() async throws {
        let limited = "echo 'You have hit your limit, resets 9pm (UTC)'; read -r line; echo \"line: $line\"; sleep 1000"
        let profile = """
            name: goose
            summary: a goose
            command: [goose]
            usage_limit: ['(?i)you have hit your limit, resets (?<reset>[^\\n]{1,40})']
            """
        try await Site.with(profiles: ["goose": profile]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": limited])
            let asked = try await site.say("/new Mend the door agent:goose")
            try await site.event("session.started")
            let sessions = try await site.get("/api/v1/sessions")["sessions"]?.array ?? []
            try await site.screen(of: try #require(sessions.first?["id"]?.string), shows: "hit your limit")
            let waiting = try await site.event("session.waiting")
            #expect(waiting["data"]?["kind"]?.string == "usage_limit", "\(waiting)")
            let told = try await site.reply(after: asked) { $0.text.lowercased().contains("limit") }
            #expect(!told.buttons.isEmpty)
            #expect(await machine.stop() == 0)
        }
    }

    @Test func `23 port clashes: each session has ports of its own, and a killed daemon's are given back`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            var bases: Set<Int> = []
            for name in ["one", "two", "three"] {
                let session = try await site.open(name, on: machine)
                try await site.type("echo base-$ORCHESTRATIA_PORT_BASE-", into: session)
                let screen = try await site.wait(for: "its ports") {
                    let lines = try await site.get("/api/v1/sessions/\(session)/screen")["lines"]?.array ?? []
                    return lines.compactMap(\.string).joined(separator: "\n").firstMatch(of: /base-(\d+)-/).flatMap { Int($0.1) }
                }
                bases.insert(screen)
            }
            #expect(bases.count == 3)
            let leases = machine.home + "/.orchestratia/ports"
            #expect(try FileManager.default.contentsOfDirectory(atPath: leases).count == 3)
            await machine.killWithoutWarning()
            try await machine.start()
            try await site.event("session.closed", number: 3)
            #expect(try FileManager.default.contentsOfDirectory(atPath: leases).isEmpty)
        }
    }
}
