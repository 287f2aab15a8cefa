import Foundation
import HubCore
import TelegramBot
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// Whatever breaks between a terminal and its reader: sessions come back or are reported as ended, nothing is lost, nothing comes twice.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BreakTests {
    /// Counts from 1 at a pace that no break outlasts.
    private static let count = "i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo \"<$i>\"; sleep 0.01; done; echo count-'ed'"

    /// The numbers in a log, in their order.
    private static func numbers(in log: String) -> [Int] { log.matches(of: /<(\d+)>/).compactMap { Int($0.1) } }

    /// Waits until the screen shows that number, or one behind it.
    private static func counted(to number: Int, _ session: String, _ site: Site) async throws {
        try await site.wait(for: "<\(number)>") {
            let lines = try await site.get("/api/v1/sessions/\(session)/screen")["lines"]?.array ?? []
            return lines.compactMap(\.string).flatMap(numbers(in:)).contains { $0 >= number } ? true : nil
        }
    }

    @Test func `a hub that is killed in the middle of output comes back to the same terminal, and misses nothing of it`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let session = try await site.open("counter", on: machine)
            try await site.type(Self.count, into: session)
            for stop in [50, 200] {
                try await Self.counted(to: stop, session, site)
                try await site.restartHub()
                try await site.session(session, is: "active")
            }
            try await site.screen(of: session, shows: "count-ed")
            try await site.type("echo still-$((6 * 7))", into: session)
            try await site.screen(of: session, shows: "still-42")
            let numbers = Self.numbers(in: try await site.log(of: session))
            #expect(numbers == Array(1...600))
            let recording = try await site.text("/api/v1/sessions/\(session)/log?format=asciicast")
            #expect(!recording.contains(#""m""#), "nothing is missing, so nothing is marked")
            #expect(try await site.events("session.closed").isEmpty)
            #expect(try await site.events("session.created").count == 1)
        }
    }

    @Test func `a network that drops bytes in the middle of frames costs no output, and no line comes twice`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let session = try await site.open("counter", on: machine)
            try await site.type(Self.count, into: session)
            for cut in 1...3 {
                site.link.cut(after: Int.random(in: 1...600))
                try await site.wait(for: "a cut") { site.link.cuts == cut ? true : nil }
                try await site.event("session.recovered", number: cut)
            }
            try await site.screen(of: session, shows: "count-ed")
            #expect(Self.numbers(in: try await site.log(of: session)) == Array(1...600))
            #expect(try await site.events("session.disconnected").count == 3)
        }
    }

    @Test func `a daemon that was stopped until its connection was given up goes on with its sessions`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let session = try await site.open("counter", on: machine)
            try await site.type(Self.count, into: session)
            try await Self.counted(to: 20, session, site)
            machine.signal(SIGSTOP)
            site.link.cut()
            try await site.session(session, is: "disconnected")
            // A person's words are refused with the reason, not kept for later.
            let answer = try await site.people.post(
                site.hub.url + "/api/v1/sessions/\(session)/input", ["text": "echo lost", "submit": true])
            #expect(answer.status == 409)
            machine.signal(SIGCONT)
            try await site.session(session, is: "active")
            try await site.screen(of: session, shows: "count-ed")
            #expect(Self.numbers(in: try await site.log(of: session)) == Array(1...600))
        }
    }

    @Test(.enabled(if: Machine.hasTmux))
    func `26 sessions survive: a daemon that is killed and started again takes up its tmux sessions`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1", tmux: true)
            let session = try await site.open("kept", on: machine)
            try await site.type("name=kept-$((6 * 7)); echo ready-$((1 + 1))", into: session)
            try await site.screen(of: session, shows: "ready-2")
            for _ in 0..<2 {
                await machine.killWithoutWarning()
                try await site.session(session, is: "disconnected")
                try await machine.start()
                try await site.session(session, is: "active")
            }
            try await site.type("echo still $name", into: session)
            try await site.screen(of: session, shows: "still kept-42")
            #expect(try await site.events("session.closed").isEmpty)
            #expect(await machine.stop() == 0)
            try await machine.start()
            try await site.session(session, is: "active")
            try await site.type("exit 7", into: session)
            try await site.session(session, is: "closed")
            let state = try await site.state(of: session)
            #expect(state["exit_code"]?.int == 7, "\(state)\n\(machine.log)")
        }
    }

    @Test func `6 leaked processes, 3 dead worker: a plain session ends with its killed daemon, is reported, and leaves nothing behind`()
        async throws
    {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let session = try await site.open("leaky", on: machine)
            // It leaves its session, ignores the hang-up, and its parent ends: no group and no tree holds it.
            let file = machine.home + "/leaked"
            try await site.type("(setsid sh -c 'trap \"\" HUP TERM; echo $$ > \(file); while :; do sleep 1; done' &)", into: session)
            let leaked = try await site.wait(for: "a leaked process") {
                (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            }
            await machine.killWithoutWarning()
            try await site.session(session, is: "disconnected")
            #expect(ProcessFacts.isAlive(leaked))
            try await machine.start()
            try await site.session(session, is: "closed")
            try await site.wait(for: "the end of the leaked process") { ProcessFacts.isAlive(leaked) ? nil : true }
            #expect(try await site.events("session.closed").count == 1)
            // The same where the session is closed in good order.
            let second = try await site.open("orderly", on: machine)
            try FileManager.default.removeItem(atPath: file)
            try await site.type("(setsid sh -c 'trap \"\" HUP TERM; echo $$ > \(file); while :; do sleep 1; done' &)", into: second)
            let other = try await site.wait(for: "a leaked process") {
                (try? String(contentsOfFile: file, encoding: .utf8)).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            }
            _ = try await site.post("/api/v1/sessions/\(second)/close")
            try await site.session(second, is: "closed")
            #expect(!ProcessFacts.isAlive(other))
        }
    }

    @Test func `an end that nobody could be told is reported once by the same daemon, and by the next`() async throws {
        try await Site.with { site in
            let machine = try await site.machine("mac-1")
            let ids = [try await site.open("one", on: machine), try await site.open("two", on: machine)]
            for id in ids { try await site.type("while [ ! -e \(machine.home)/end ]; do sleep 0.1; done; exit 5", into: id) }
            site.link.lead(to: nil)
            site.link.cut()
            for id in ids { try await site.session(id, is: "disconnected") }
            try Data().write(to: URL(fileURLWithPath: machine.home + "/end"))
            let records = machine.home + "/state/reports.json"
            try await site.wait(for: "both ends on disk") {
                let text = (try? String(contentsOfFile: records, encoding: .utf8)) ?? ""
                return text.matches(of: /session_closed/).count == 2 ? true : nil
            }
            await machine.killWithoutWarning()
            site.link.lead(to: site.hub.url.split(separator: ":").last.flatMap { Int($0) })
            try await machine.start()
            for id in ids {
                try await site.session(id, is: "closed")
                #expect(try await site.state(of: id)["exit_code"]?.int == 5)
            }
            #expect(try await site.events("session.closed").count == 2)
            // The hub that is killed now has confirmed them: they do not come again.
            try await site.wait(for: "an empty spool") {
                let text = (try? String(contentsOfFile: records, encoding: .utf8)) ?? ""
                return text.contains("session_closed") ? nil : true
            }
            try await site.restartHub()
            let third = try await site.wait(for: "the daemon's return") {
                let made = try await site.post("/api/v1/sessions", ["name": "three", "server": "mac-1"])
                return made["id"]?.string
            }
            try await site.session(third, is: "active")
            try await site.type("exit 3", into: third)
            try await site.session(third, is: "closed")
            #expect(try await site.state(of: third)["exit_code"]?.int == 3)
            #expect(try await site.events("session.closed").count == 3)
        }
    }

    @Test func `3 dead worker: a late report of an attempt that went on elsewhere is refused with 409`() async throws {
        let waiting = "while :; do sleep 1; done"
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose]}"]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": waiting])
            let made = try await site.post("/api/v1/tasks", ["title": "Mend", "spec": "it", "requires": ["agent": "goose"]])
            let task = try #require(made["id"]?.string, "\(made)")
            let agent = RESTClient(site.transport, apiKey: machine.key)
            let path = site.hub.url + "/api/v1/server/tasks/\(task)"
            try await site.wait(for: "the assignment") {
                try await site.get("/api/v1/tasks/\(task)")["status"]?.string == "assigned" ? true : nil
            }
            #expect(try await agent.post(path + "/start", ["attempt": 1]).status == 200)
            #expect(try await agent.post(path + "/fail", ["attempt": 1, "error": "no oil"]).status == 200)
            _ = try await site.post("/api/v1/tasks/\(task)/retry")
            try await site.wait(for: "the second attempt") {
                try await site.get("/api/v1/tasks/\(task)")["attempt"]?.int == 2 ? true : nil
            }
            #expect(try await agent.post(path + "/complete", ["attempt": 1, "result": "late"]).status == 409)
            #expect(try await agent.post(path + "/fail", ["attempt": 1, "error": "late"]).status == 409)
            #expect(try await agent.post(path + "/start", ["attempt": 2]).status == 200)
            #expect(try await agent.post(path + "/complete", ["attempt": 2, "result": "in time"]).status == 200)
            #expect(try await site.get("/api/v1/tasks/\(task)")["status"]?.string == "done")
        }
    }
}
