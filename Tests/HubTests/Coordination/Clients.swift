import Foundation
import HTTPClient
import HubCore
import HubTesting
import TelegramBot

import enum HubCore.JSONValue
import class HubCore.Locked

/// People and agents who do random things over REST, whatever becomes of the hub meanwhile, and write down what they heard.
struct Clients: Sendable {
    let transport: CurlMultiLoop
    /// Where the hub is now; it moves at each restart.
    let address = Locked("")
    let operations = Locked([Operation]())
    /// Tasks that were heard of.
    private let known = Locked([String]())
    private let number = Locked(0)
    private let isCalm = Locked(false)

    static let most = 60

    init(_ transport: CurlMultiLoop) { self.transport = transport }

    /// From now on people only help what is there to its end, and agents only succeed.
    func calmDown() { isCalm.withLock { $0 = true } }

    /// Returns once so many more operations were done.
    func hear(of count: Int) async {
        let deadline = ContinuousClock.now + .seconds(30)
        let goal = done + count
        while done < goal, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(1))  // between two looks
        }
    }

    private var done: Int { operations.withLock { $0.count(where: \.isDone) } }

    // MARK: People

    func person(_ bearer: String, seed: UInt64) async {
        let headers = [("Authorization", "Bearer \(bearer)")]
        var random = SplitMix(seed: seed)
        while !Task.isCancelled {
            if isCalm.withLock({ $0 }) { await help(headers) } else { await act(headers, &random) }
        }
    }

    private func act(_ headers: [(String, String)], _ random: inout SplitMix) async {
        let tasks = known.withLock { $0 }
        let task = tasks.randomElement(using: &random) ?? "0"
        let path = "/api/v1/tasks/\(task)"
        switch Int.random(in: 0..<16, using: &random) {
        case 0...3 where tasks.count < Self.most: await create(headers, &random)
        case 4 where tasks.count < Self.most: await createPipeline(headers, &random)
        case 5: await post(.cancel, task, "\(path)/cancel", [:], headers)
        case 6, 7: await post(.retry, task, "\(path)/retry", [:], headers)
        case 8: await post(.release, task, "\(path)/release", [:], headers)
        case 9, 10: await post(.approve, task, "\(path)/approve", [:], headers)
        case 11: await post(.revise, task, "\(path)/revise", ["feedback": "again"], headers)
        case 12, 13:
            guard let other = tasks.randomElement(using: &random), other != task else { return }
            let kind = ["blocks", "related"].randomElement(using: &random) ?? "blocks"
            await post(
                .addEdge, task, "\(path)/dependencies", ["depends_on_task_id": .string(other), "dependency_type": .string(kind)], headers)
        case 14:
            // Only edges that were added: those of the creation are looked for to the end.
            let added = operations.withLock { $0.filter { $0.kind == .addEdge && $0.subject == task && $0.isDone } }
            guard let other = added.randomElement(using: &random)?.tasks.keys.first else { return }
            var operation = Operation(kind: .dropEdge, subject: task)
            operation.tasks = [other: []]
            await send(operation, .delete, "\(path)/dependencies/\(other)", nil, headers)
        default: await refresh(headers)
        }
    }

    private func create(_ headers: [(String, String)], _ random: inout SplitMix) async {
        var body = draft(&random)
        let title = body.title
        let all = known.withLock { $0 }
        let upstreams = Set((0..<Int.random(in: 0...2, using: &random)).compactMap { _ in all.randomElement(using: &random) })
        body.members.append(
            .init(
                "dependencies",
                .array(upstreams.sorted().map { ["task": .string($0), "type": Bool.random(using: &random) ? "blocks" : "related"] })))
        var operation = Operation(kind: .create, subject: title)
        operation.tasks = [title: upstreams]
        await send(operation, .post, "/api/v1/tasks", .object(body.members), headers, repeats: Bool.random(using: &random))
    }

    /// One makes what the others use, and each of them waits for the one before.
    private func createPipeline(_ headers: [(String, String)], _ random: inout SplitMix) async {
        var (entries, tasks, last) = ([JSONValue](), [String: Set<String>](), String?.none)
        for index in 0..<Int.random(in: 2...5, using: &random) {
            let draft = draft(&random)
            var members = [JSONValue.Member("id", .string(draft.title)), .init("title", .string(draft.title))]
            members += draft.members.filter { $0.name == "requires" }
            if index == 0 { members.append(.init("produces", ["out": ["type": "data", "schema": ["type": "integer"]]])) }
            if let last {
                members.append(
                    .init("dependencies", [["task": .string(last), "type": index == 1 ? "input" : "blocks"]]))
            }
            tasks[draft.title] = last.map { [$0] } ?? []
            entries.append(.object(members))
            last = draft.title
        }
        let name = "pipeline \(nextNumber())"
        var operation = Operation(kind: .pipeline, subject: name)
        operation.tasks = tasks
        await send(
            operation, .post, "/api/v1/pipelines", ["name": .string(name), "tasks": .array(entries)], headers,
            repeats: Bool.random(using: &random))
    }

    /// A task that some server can run.
    private func draft(_ random: inout SplitMix) -> (title: String, members: [JSONValue.Member]) {
        let title = "task \(nextNumber())"
        var members = [JSONValue.Member("title", .string(title))]
        members.append(.init("priority", .string(["low", "normal", "high", "critical"].randomElement(using: &random) ?? "low")))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: members.append(.init("requires", ["languages": ["swift"]]))
        case 1: members.append(.init("requires", ["languages": ["go"]]))
        case 2: members.append(.init("requires", ["languages": ["swift", "go"]]))
        default: break
        }
        return (title, members)
    }

    private func nextNumber() -> Int {
        number.withLock {
            $0 += 1
            return $0
        }
    }

    /// Lets go on whatever waits for a person.
    private func help(_ headers: [(String, String)]) async {
        for (status, kind) in [("failed", Operation.Kind.retry), ("cancelled", .retry), ("review", .approve)] {
            for task in await tasks(status, headers) { await post(kind, task, "/api/v1/tasks/\(task)/\(kind.rawValue)", [:], headers) }
        }
        await refresh(headers)
    }

    private func tasks(_ status: String, _ headers: [(String, String)]) async -> [String] {
        let answer = await ask("/api/v1/tasks?limit=1000&status=\(status)", headers)
        return (answer?["tasks"]?.array ?? []).compactMap { $0["id"]?.string }
    }

    private func refresh(_ headers: [(String, String)]) async {
        let found = (await ask("/api/v1/tasks?limit=1000", headers)?["tasks"]?.array ?? []).compactMap { $0["id"]?.string }
        if !found.isEmpty { known.withLock { $0 = found } }
    }

    // MARK: Agents

    func agent(_ key: String, seed: UInt64) async {
        let headers = [("X-API-Key", key)]
        var random = SplitMix(seed: seed)
        while !Task.isCancelled {
            let isCalm = isCalm.withLock { $0 }
            for task in await ask("/api/v1/server/tasks/check?wait=\(isCalm ? 1 : 0)", headers)?["tasks"]?.array ?? [] {
                await work(on: task, headers, isCalm ? 5 : Int.random(in: 0..<12, using: &random))
            }
        }
    }

    private func work(on task: JSONValue, _ headers: [(String, String)], _ choice: Int) async {
        guard let id = task["id"]?.string, let attempt = task["attempt"]?.int else { return }
        func report(_ kind: Operation.Kind, _ body: JSONValue) async {
            var operation = Operation(kind: kind, subject: id)
            operation.attempt = attempt
            let body = JSONValue.object((body.members ?? []) + [.init("attempt", JSONValue(attempt))])
            await send(operation, .post, "/api/v1/server/tasks/\(id)/\(kind.rawValue)", body, headers)
        }
        switch (task["status"]?.string, choice) {
        case ("assigned", 0): await report(.fail, ["error": "x"])
        case ("assigned", 1...): await report(.start, [:])
        case ("running", 1): await report(.fail, ["error": "x"])
        // Not what the contract says, where there is one.
        case ("running", 2): await report(.complete, ["result": "x", "contracts": ["out": "x"]])
        case ("running", 3): await report(.submit, ["result": "x", "contracts": ["out": 1]])
        case ("running", 4...9): await report(.complete, ["result": "x", "contracts": ["out": 1]])
        default: break
        }
    }

    // MARK: Requests

    private func post(_ kind: Operation.Kind, _ task: String, _ path: String, _ body: JSONValue, _ headers: [(String, String)]) async {
        var operation = Operation(kind: kind, subject: task)
        if let other = body["depends_on_task_id"]?.string { operation.tasks = [other: []] }
        await send(operation, .post, path, body, headers)
    }

    /// - Parameter repeats: whether it is sent again, under the same key, until an answer comes.
    private func send(
        _ operation: Operation, _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue?, _ headers: [(String, String)],
        repeats: Bool = false
    ) async {
        let place = operations.withLock {
            $0.append(operation)
            return $0.count - 1
        }
        let headers = headers + [("Content-Type", "application/json"), ("Idempotency-Key", "operation \(place)")]
        repeat {
            let request = HTTPRequest(
                method, address.withLock { $0 } + path, headers: headers.map { (name: $0.0, value: $0.1) },
                body: body.map { Data($0.bytes) },
                isRepeatable: false)
            if let answer = try? await transport.send(request) {
                operations.withLock { $0[place].status = answer.status }
                if answer.status == 201, let id = (try? JSONValue(parsing: Array(answer.body)))?["id"]?.string {
                    known.withLock { $0.append(id) }
                }
                return
            }
            await pause()
        } while repeats && !Task.isCancelled
    }

    func ask(_ path: String, _ headers: [(String, String)]) async -> JSONValue? {
        let request = HTTPRequest(
            .get, address.withLock { $0 } + path, headers: headers.map { (name: $0.0, value: $0.1) }, isRepeatable: true)
        guard let answer = try? await transport.send(request), answer.status == 200 else {
            await pause()
            return nil
        }
        return try? JSONValue(parsing: Array(answer.body))
    }

    private func pause() async { try? await Task.sleep(for: .milliseconds(20)) }  // between two tries, while the hub is down
}
