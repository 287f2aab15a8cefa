import Foundation
import HTTPClient
import HubCore
import Logging
import TelegramBot

import enum HubCore.JSONValue

/// The demo's agent. It speaks only REST, as any script could: it registers, waits for work, plans where a plan is wanted, asks a
/// question about every odd task, and fails every even one at the first attempt.
struct ScriptedAgent: Sendable {
    let hubURL: String
    let transport: any HTTPTransport
    /// How long each step of "work" takes, so that a person can watch.
    let pace: Duration
    let log: Logger

    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let detail: String
        var description: String { "HTTP \(status): \(detail)" }
    }

    /// Registers with a token and works until the task is cancelled.
    func run(registrationToken: String, name: String) async throws {
        let key = try await register(with: registrationToken, as: name)
        while !Task.isCancelled {
            let tasks = try await check(key)
            for task in tasks {
                do {
                    try await step(task, key)
                } catch let refused as Refused {
                    // Somebody cancelled or released it in the meantime; the next look tells.
                    log.debug("the hub refused a step of the demo's agent", metadata: ["why": "\(refused)"])
                }
            }
            if !tasks.contains(where: isMyTurn) { try await Task.sleep(for: .milliseconds(50)) }
        }
    }

    private func register(with token: String, as name: String) async throws -> String {
        let answer = try await post(
            "servers/register",
            [
                "name": .string(name), "hostname": .string(name), "ip": "0.0.0.0", "os": "linux", "repos": ["web": "/srv/web"],
                "system_info": [
                    "cpu_count": 2,
                    "capabilities": [
                        "languages": ["swift", "typescript"], "tools": ["git", "docker"], "environments": ["staging"],
                        "agents": [["type": "scripted"]], "slots": 2,
                    ],
                ],
                "registration_token": .string(token), "machine_id": "demo-machine", "mac_address": "02:00:00:00:00:01",
            ], key: nil)
        guard let key = answer["api_key"]?.string else { throw Refused(status: 200, detail: "no api_key") }
        return key
    }

    /// The tasks of this server, as soon as there is something for the agent to do.
    private func check(_ key: String) async throws -> [JSONValue] {
        try await get("server/tasks/check?wait=1", key)["tasks"]?.array ?? []
    }

    private func isMyTurn(_ task: JSONValue) -> Bool {
        ["assigned", "planning", "running"].contains(task["status"]?.string)
    }

    private func step(_ task: JSONValue, _ key: String) async throws {
        guard let id = task["id"]?.string, let number = task["number"]?.int, isMyTurn(task) else { return }
        let attempt = task["attempt"] ?? .null
        try await Task.sleep(for: pace)
        switch task["status"]?.string {
        case "assigned": _ = try await post("server/tasks/\(id)/start", ["attempt": attempt], key: key)
        case "planning":
            let summary = DemoStory.plan(for: task["title"]?.string ?? "", feedback: task["plan_feedback"]?.string)
            _ = try await post("server/tasks/\(id)/plan", ["plan": ["summary": .string(summary)], "attempt": attempt], key: key)
        default: try await work(id, number: number, attempt: attempt, key)
        }
    }

    private func work(_ id: String, number: Int, attempt: JSONValue, _ key: String) async throws {
        if number.isMultiple(of: 2), attempt.int == 1 {
            _ = try await post("server/tasks/\(id)/fail", ["error": .string(DemoStory.failure), "attempt": attempt], key: key)
            return
        }
        let asked = try await get("server/interventions?task_id=\(id)", key).array ?? []
        if !number.isMultiple(of: 2), asked.isEmpty {
            _ = try await post(
                "server/tasks/\(id)/help",
                [
                    "question": .string(DemoStory.question), "context": .string(DemoStory.context), "intervention_type": "help",
                    "options": [["id": "keep", "label": "Keep the old links"], ["id": "drop", "label": "Drop them"]], "attempt": attempt,
                ], key: key)
            return
        }
        let answer = asked.last?["response"]?.string
        _ = try await post("server/tasks/\(id)/complete", ["result": DemoStory.result(answer: answer), "attempt": attempt], key: key)
    }

    private func get(_ path: String, _ key: String) async throws -> JSONValue {
        try await send(HTTPRequest(.get, "\(hubURL)/api/v1/\(path)", headers: [("X-API-Key", key)], isRepeatable: true))
    }

    private func post(_ path: String, _ body: JSONValue, key: String?) async throws -> JSONValue {
        var headers = [(name: "Content-Type", value: "application/json")]
        if let key { headers.append((name: "X-API-Key", value: key)) }
        return try await send(
            HTTPRequest(.post, "\(hubURL)/api/v1/\(path)", headers: headers, body: Data(body.bytes), isRepeatable: false))
    }

    private func send(_ request: HTTPRequest) async throws -> JSONValue {
        let response = try await transport.send(request)
        let document = try JSONValue(parsing: Array(response.body))
        guard (200..<300).contains(response.status) else {
            throw Refused(status: response.status, detail: document["detail"]?.string ?? "")
        }
        return document
    }
}
