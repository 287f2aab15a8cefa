import HubCore
import Testing

import enum HubCore.JSONValue

/// Clients of the installed base start no programs: the hub types the command, and remembers across its own end whether it has.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InterruptedLaunchTests {
    @Test func `a launch that a killed hub had not typed is typed by the next, with the task behind it, and by none after that`()
        async throws
    {
        try await Site.with(profiles: ["goose": "{name: goose, summary: a goose, command: [goose, --now]}"]) { site in
            // By way of the network, which leads to the hub wherever it is.
            let client = try await InstalledClient(token: try await site.registrationToken(), hub: site.link.url, site.transport)
            var session = ""
            try await client.connected {
                _ = try await site.post("/api/v1/sessions", ["name": "boss", "server": "old", "profile": "goose"])
                session = try #require(try await client.next("session_start")["session_id"]?.string)
                // Nothing is shown, so the hub waits for the shell's prompt.
                try await client.started(session)
                try await site.session(session, is: "active")
                await site.hub.killWithoutWarning()
            }
            #expect(client.typed(into: session).isEmpty)

            try await site.restartHub()
            try await client.connected(recovering: session) {
                try await client.output("$ ", of: session)
                try await client.typed("goose --now", into: session)
                try await client.typed("\r", into: session)
                let made = try await site.post("/api/v1/tasks", ["title": "Mend the door", "spec": "with oil", "auto_assign": false])
                let task = try #require(made["id"]?.string, "\(made)")
                _ = try await site.post("/api/v1/tasks/\(task)/assign", ["session_name": "boss"])
                #expect(try await client.next("task_assigned")["task_id"]?.string == task)
                await site.hub.killWithoutWarning()
            }

            try await site.restartHub()
            try await client.connected(recovering: session) {
                try await client.output("$ ", of: session)
                try await site.session(session, is: "active")
                try await site.type("hello", into: session)
                try await client.typed("hello", into: session)
                try await client.typed("\r", into: session)
                // Nothing but an Enter that was repeated because the echo came late.
                #expect(client.typed(into: session).allSatisfy { $0.allSatisfy { $0 == "\r" } })
            }
        }
    }
}
