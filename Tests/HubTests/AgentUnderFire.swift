import Foundation
import HubCore
import TelegramBot

import enum HubCore.JSONValue

/// An agent that speaks only REST and never gives up: it asks what there is to do and reports, whatever becomes of the hub meanwhile.
struct AgentUnderFire: Sendable {
    let client: RESTClient
    /// Where the hub is now; it moves at each restart.
    let url: @Sendable () -> String

    func run() async {
        while !Task.isCancelled {
            do {
                let tasks = try await client.get(url() + "/api/v1/server/tasks/check?wait=1").body["tasks"]?.array ?? []
                for task in tasks { try await report(on: task) }
            } catch {
                // The hub is down, or went down under the request: what was not answered is asked or reported again.
                try? await ContinuousClock().sleep(for: .milliseconds(5))  // between two tries
            }
        }
    }

    private func report(on task: JSONValue) async throws {
        guard let id = task["id"]?.string else { return }
        let attempt = task["attempt"] ?? .null
        func post(_ verb: String, _ body: JSONValue) async throws {
            _ = try await client.post(url() + "/api/v1/server/tasks/\(id)/\(verb)", body)
        }
        switch task["status"]?.string {
        case "assigned": try await post("start", ["attempt": attempt])
        case "planning": try await post("plan", ["plan": ["summary": "1. Look. 2. Mend."], "attempt": attempt])
        case "running": try await post("complete", ["result": ["summary": "mended"], "attempt": attempt])
        default: break
        }
    }
}
