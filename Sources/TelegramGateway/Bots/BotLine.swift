import ChatOps
import Foundation
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

/// One bot at work: its poll, its inbox, its outbox.
final class BotLine: Sendable {
    private struct State {
        var username: String?
        var status = PollStatus()
        /// A conflict or a refused token is told once, until polling works again.
        var hasReported = false
        var polling: Task<Void, Never>?
        var isEnded = false
        /// The server does not know menus.
        var lacksMenus = false
    }

    /// Updates of so many chats are handled beside each other.
    private static let workers = 64
    /// So long a bot that has never told its name is not asked for updates: in them people may call it by that.
    private static let namePatience = Duration.seconds(60)

    let id: Int64
    let client: BotAPIClient
    /// The user name that the first `getMe` told.
    let introduction = Awaited<String>()
    /// The same, or that there is none to come; a `getMe` that fails in passing settles nothing.
    private let name = Awaited<String>()
    let outbox: Outbox
    private let hub: Hub
    private let log: Logger
    private let pollSeconds: Int
    private let queues: ChatQueues<ReceivedUpdate>
    private let handler: UpdateHandler
    private let names: BotName
    private let state = Locked(State())
    private let trouble: @Sendable (PollStatus.State) async -> Void

    init(
        client: BotAPIClient, username: String?, hub: Hub, handler: any ChatHandler, numbers: OutboxNumbers, filler: ScreenFiller,
        tails: Tails,
        settings: GatewaySettings, log: Logger, menuChanges: MenuChanges, report: @escaping @Sendable (Outbox.Report) async -> Void,
        trouble: @escaping @Sendable (PollStatus.State) async -> Void
    ) {
        let id = client.token.id
        let names = BotName(username)
        let outbox = Outbox(
            client: client, hub: hub, numbers: numbers, filler: filler, limits: settings.limits, log: log, report: report)
        let updates = UpdateHandler(
            bot: id, username: { names.username }, hub: hub, handler: handler, client: client, composer: MessageComposer(vault: hub.vault),
            outbox: outbox, numbers: numbers, tails: tails, menuChanges: menuChanges, pressPatience: settings.pressPatience, log: log)
        queues = ChatQueues(workerLimit: Self.workers) { update in
            do {
                try await updates.handle(update)
                return .done
            } catch {
                log.error(
                    "an update could not be handled and is tried again",
                    metadata: ["bot": "\(id)", "update": "\(update.id)", "error": "\(HubError(error))"])
                return .again(after: .seconds(1))
            }
        }
        (self.id, self.client, self.outbox, self.hub, self.log) = (id, client, outbox, hub, log)
        (self.handler, self.names, self.trouble, pollSeconds) = (updates, names, trouble, settings.pollSeconds)
    }

    var username: String? { names.username }

    var status: BotStatus {
        let status = state.withLock { $0.status }
        return BotStatus(
            id: id, username: username, state: BotStatus.State(status.state),
            secondsSincePoll: status.lastFinished.map { Date().timeIntervalSince($0) }, inbox: queues.count, outbox: outbox.count)
    }

    /// Asks the bot its name, until it says it.
    func introduce(using handler: any ChatHandler, after pause: Duration = .zero) async {
        // Cancelled: the loop below does not begin.
        if pause > .zero { try? await Task.sleep(for: pause) }
        var attempt = 0
        while !Task.isCancelled {
            do {
                let me = try await client.me()
                if let username = me.username { names.set(username) }
                name.settle(me.username)
                if let username = me.username {
                    introduction.settle(username)
                    let id = id
                    try await hub.database.write { try BotTable(connection: $0).setUsername(username, of: id) }
                }
                return await showMenus(handler)
            } catch BotAPIError.unauthorized {
                name.settle(nil)
                return introduction.settle(nil)
            } catch {
                introduction.settle(nil)
                attempt += 1
                var generator = SystemRandomNumberGenerator()
                // Cancelled: the loop ends.
                try? await Task.sleep(for: Backoff.delay(afterAttempt: attempt, using: &generator))
            }
        }
    }

    /// The menus of commands: help, not permission.
    func showMenus(_ handler: any ChatHandler) async {
        // Who leads a group is mostly an owner, and finds `/bind` there before it has a project.
        let audiences: [(BotCommandScope, MenuAudience)] = [
            (.allPrivateChats, .init(isPrivate: true, role: .member)), (.allGroupChats, .init(isPrivate: false, role: .member)),
            (.allChatAdministrators, .init(isPrivate: false, role: .owner)),
        ]
        for (scope, audience) in audiences {
            let commands = ChatMenus.commands(handler, audience)
            guard !commands.isEmpty else { continue }
            do { try await show(commands, in: scope) } catch BotAPIError.methodUnknown { return } catch {
                log.notice("the menu of commands could not be set", metadata: ["bot": "\(id)", "error": "\(error)"])
            }
        }
    }

    /// Gives a chat a menu of its own, or, with no commands, that of all chats of its kind.
    ///
    /// - Throws: ``BotAPIError``, `CancellationError`.
    func showMenu(_ commands: [BotCommand], in chat: Int64) async throws { try await show(commands, in: .chat(chat)) }

    /// A server that does not know menus is asked for one once (Bot API notes, section 6: "feature off"), until the next start.
    private func show(_ commands: [BotCommand], in scope: BotCommandScope) async throws {
        guard !state.withLock({ $0.lacksMenus }) else { throw BotAPIError.methodUnknown }
        do {
            if commands.isEmpty {
                try await client.deleteCommands(for: scope)
            } else {
                try await client.setCommands(commands, for: scope)
            }
        } catch BotAPIError.methodUnknown {
            state.withLock { $0.lacksMenus = true }
            log.error("the server does not know menus of commands: none is set until the next start", metadata: ["bot": "\(id)"])
            throw BotAPIError.methodUnknown
        }
    }

    /// Takes up what was left, then polls until ``stop()``, after a pause.
    func run(
        from offset: Int64?, left: [(update: RawUpdate, receivedAt: Timestamp)], waiting: [OutboxItem], pollingAfter pause: Duration
    ) async {
        outbox.add(waiting)
        queues.add(left.compactMap { Self.received($0.update, $0.receivedAt) })
        let poller = UpdatePoller(client: client, timeout: pollSeconds, report: { [weak self] in self?.note($0) }) { [client, id, log] in
            // Whoever gave the hub this token wants the bot to be heard here.
            try await client.deleteWebhook(droppingPendingUpdates: false)
            // Its address may hold secrets: it is not named.
            log.warning("a bot had a webhook, with which it cannot be polled: it was deleted", metadata: ["bot": "\(id)"])
        }
        let polling = Task { [name, names] in
            // Cancelled: the poller ends before its first poll.
            if pause > .zero { try? await Task.sleep(for: pause) }
            if names.username == nil { _ = await name.wait(atMost: Self.namePatience) }
            await poller.run(from: offset) { [weak self] in try await self?.take($0) }
        }
        let isEnded = state.withLock { state in
            state.polling = polling
            return state.isEnded
        }
        if isEnded { polling.cancel() }
        await withTaskCancellationHandler {
            await polling.value
        } onCancel: {
            polling.cancel()
        }
    }

    func endPolling() {
        state.withLock { state in
            state.isEnded = true
            return state.polling
        }?.cancel()
    }

    /// Stops polling, ends what is in hand and sends what may go.
    func stop() async {
        endPolling()
        await state.withLock { $0.polling }?.value
        await queues.stop()
        await outbox.drain()
    }

    /// Stores a batch, with the offset that confirms it in the same transaction; only then it is handled.
    private func take(_ batch: UpdateBatch) async throws -> Int64? {
        if batch.unidentifiable > 0 {
            log.warning("updates without a number were skipped", metadata: ["bot": "\(id)", "count": "\(batch.unidentifiable)"])
        }
        let (id, now) = (id, hub.clock.now())
        let new = try await hub.database.write { connection in
            let inbox = InboxTable(connection: connection)
            let new = try batch.updates.filter { try inbox.insert($0, of: id, at: now) }
            if let next = batch.nextOffset { try BotTable(connection: connection).setNextOffset(next, of: id) }
            return new
        }
        queues.add(new.compactMap { Self.received($0, now) })
        return batch.nextOffset
    }

    private static func received(_ raw: RawUpdate, _ time: Timestamp) -> (chat: Int64, element: ReceivedUpdate)? {
        // What has no number was never stored.
        guard let update = try? Update(json: raw.json) else { return nil }
        let received = ReceivedUpdate(update: update, receivedAt: time)
        return (received.lane, received)
    }

    private func note(_ status: PollStatus) {
        let isNews = state.withLock { state in
            state.status = status
            switch status.state {
            case .polling:
                state.hasReported = false
                return false
            case .conflict, .unauthorized:
                defer { state.hasReported = true }
                return !state.hasReported
            case .backingOff, .stopped: return false
            }
        }
        if status.state == .polling { outbox.resume() }
        if status.state == .unauthorized { outbox.halt() }
        guard isNews else { return }
        log.error("a bot cannot be polled", metadata: ["bot": "\(id)", "state": "\(BotStatus.State(status.state))"])
        Task { await trouble(status.state) }
    }
}

/// What the bot is called; known once `getMe` has answered.
final class BotName: Sendable {
    private let name: Locked<String?>

    init(_ name: String?) { self.name = Locked(name) }

    var username: String? { name.withLock { $0 } }
    func set(_ username: String) { name.withLock { $0 = username } }
}
