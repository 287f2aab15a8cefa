import Foundation

extension Simulator {
    /// At least so many calls are remembered.
    static let callsKept = 50_000

    /// Performs one call of the Bot API, with the fault that waits for it.
    ///
    /// - Parameter connection: set once the client is gone, so that nothing waits for it.
    func perform(_ name: String, token: String, body: RequestBody, connection: Connection) async -> Answer {
        guard let bot = world.bot(token: token)?.id else { return .failure(.unauthorized) }
        guard let method = Method.all[name.lowercased()] else {
            return .failure(.init(code: 404, description: "Not Found: method not found"))
        }
        let arguments: Arguments
        do {
            arguments = try Arguments(body, for: method)
        } catch {
            record(method, bot, [:], nil, status: error.code)
            return .failure(error)
        }
        let fault = faults.take(method: method.name, chat: arguments.chat, bot: bot)
        let number = record(method, bot, arguments.values, fault, status: nil)
        let answer = await answer(method, arguments, bot, fault, connection)
        if let first = calls.first?.number, calls.indices.contains(number - first) { calls[number - first].status = answer.status }
        return answer
    }

    @discardableResult
    private func record(_ method: Method, _ bot: World.Bot.ID, _ parameters: [String: JSON], _ fault: Fault.Kind?, status: Int?) -> Int {
        let number = (calls.last?.number ?? 0) + 1
        calls.append(
            Call(
                number: number, bot: bot, method: method.name, parameters: parameters, date: configuration.now(), fault: fault,
                status: status))
        // Long runs forget their beginning.
        if calls.count > 2 * Self.callsKept { calls.removeFirst(Self.callsKept) }
        return number
    }

    private func answer(
        _ method: Method, _ arguments: Arguments, _ bot: World.Bot.ID, _ fault: Fault.Kind?, _ connection: Connection
    ) async -> Answer {
        switch fault {
        case nil: break
        case .tooManyRequests(let seconds): return .failure(.tooManyRequests(retryAfter: seconds))
        case .error(let code, let description): return .failure(.init(code: code, description: description))
        case .migrated(let chat):
            return .failure(
                .init(code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migratedTo: chat))
        case .badGateway:
            return .page(status: 502, html: "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>")
        case .resetBeforeEffect: return .reset
        case .hang:
            await hang(until: connection)
            return .reset
        case .delay(let duration): try? await Task.sleep(for: duration)
        case .truncatedAnswer, .resetAfterEffect: break
        }
        let answer = await effect(of: method, arguments, bot, connection)
        switch (fault, answer) {
        case (.truncatedAnswer, .success(let result)): return .truncated(result)
        case (.resetAfterEffect, _): return .reset
        default: return answer
        }
    }

    private func effect(of method: Method, _ arguments: Arguments, _ bot: World.Bot.ID, _ connection: Connection) async -> Answer {
        if method.name == Method.getUpdates.name { return await getUpdates(arguments, for: bot, connection: connection) }
        do throws(World.Refusal) {
            try pacing.admit(method.pace, bot: bot, chat: arguments.chat, at: configuration.now())
            return .success(try change { world throws(World.Refusal) in try method.action(arguments, bot, &world) })
        } catch {
            return .failure(error)
        }
    }

    private func hang(until connection: Connection) async {
        guard !isStopped else { return }
        let ticket = nextTicket()
        connection.whenClosed { [weak self] in Task { await self?.release(ticket) } }
        await withCheckedContinuation { hanging[ticket] = $0 }
    }

    func release(_ ticket: Int) { hanging.removeValue(forKey: ticket)?.resume() }

    /// How many calls hang because of a fault.
    package var callsHanging: Int { hanging.count }
}
