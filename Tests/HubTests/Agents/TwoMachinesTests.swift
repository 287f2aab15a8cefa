import Foundation
import HubCore
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// Two daemons of one machine, with two names and two homes, serve one hub; a person does everything from the chat.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TwoMachinesTests {
    /// An agent that knows nothing but the command `orchestratia`.
    private static let goose = """
        task=$ORCHESTRATIA_TASK_ID
        field() { orchestratia task view "$task" --json | sed -n "s/^  \\"$1\\": \\"\\{0,1\\}\\(.*[^\\",]\\)\\"\\{0,1\\},\\{0,1\\}$/\\1/p" | head -n 1; }
        orchestratia task check --json | grep -q "$task" || { echo "there is nothing to do"; exit 1; }
        while :; do
            status=$(field status)
            echo "status: $status"
            case $status in
                assigned) orchestratia task start "$task" >/dev/null ;;
                planning) orchestratia task plan "$task" --plan "1. Oil the hinges of the door." >/dev/null ;;
                running)
                    answer=$(orchestratia task help "$task" --wait --question "Which oil?" --option fine="Fine oil" --option thick="Grease")
                    echo "answer: $answer"
                    orchestratia task complete "$task" --result "oiled with $answer" >/dev/null ;;
                done | failed | cancelled) break ;;
                *) sleep 0.1 ;;
            esac
        done
        echo "that is all"
        """

    @Test func `from the chat a person opens terminals on both, watches them live, types, and takes pictures`() async throws {
        try await Site.with { site in
            let machines = [try await site.machine("left", slots: 2), try await site.machine("right", tmux: Machine.hasTmux, slots: 3)]
            let servers = try await site.say("/servers")
            let list = try await site.reply(after: servers) { $0.text.contains("2 of 2 online") }
            #expect(list.text.contains("0 of 2 slots") && list.text.contains("0 of 3 slots"))
            for machine in machines {
                let (name, line) = ("term-\(machine.name)", "\(machine.name)-42")
                let asked = try await site.say("/session new \(name) @\(machine.name)")
                _ = try await site.reply(after: asked) { $0.text.contains(name) && $0.buttons.contains("🖥 Watch") }
                try await site.event("session.started") { $0["data"]?["name"]?.string == name }
                let tail = try await site.reply(after: try await site.say("/tail \(name)")) { $0.text.contains("live, reply to type") }
                try await site.say("echo \(machine.name)-$((40 + 2))", replyTo: tail)
                try await site.message(tail) { $0.text.contains(line) }
                let picture = try await site.reply(after: try await site.say("/screen \(name)")) { $0.attachment?.kind == .photo }
                let attachment = try #require(picture.attachment)
                let file = try #require(await site.simulator.file(attachment))
                #expect(file.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && file.bytes.count > 1000)
            }
            let sessions = try await site.reply(after: try await site.say("/sessions")) { $0.text.hasPrefix("Sessions of") }
            #expect(sessions.text.contains("term-left") && sessions.text.contains("term-right"))
            for machine in machines { #expect(await machine.stop() == 0) }
        }
    }

    @Test func `an agent in a terminal takes a task through plan, question and completion with the command alone`() async throws {
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose]}"]) { site in
            let machine = try await site.machine("mac-1", agents: ["goose": Self.goose])
            let asked = try await site.say("/new Mend the door !plan agent:goose")
            let plan = try await site.reply(after: asked) { $0.text.contains("Oil the hinges") && $0.buttons.contains("Approve") }
            try await site.simulator.press("Approve", on: plan, by: site.ada)
            let question = try await site.reply(after: plan) { $0.text.contains("Which oil?") && $0.buttons.contains("Fine oil") }
            try await site.simulator.press("Fine oil", on: question, by: site.ada)
            _ = try await site.reply(after: question) { $0.text.contains("oiled with") && $0.text.contains("ine oil") }
            let tasks = try await site.get("/api/v1/tasks")["tasks"]?.array ?? []
            let task = try #require(tasks.first)
            #expect(task["status"]?.string == "done" && task["attempt"]?.int == 1)
            // Nothing of its key is on its screen, and the machine's key was never in its environment.
            let sessions = try await site.get("/api/v1/sessions?over=true")["sessions"]?.array ?? []
            let log = try await site.log(of: try #require(sessions.first?["id"]?.string))
            #expect(log.contains("oiled") || log.contains("answer: "))
            #expect(!log.contains(machine.key))
        }
    }
}
