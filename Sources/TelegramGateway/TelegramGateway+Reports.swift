import ChatOps
import HubCore
import HubService
import HubStore
import Logging
import TelegramBot

extension TelegramGateway {
    /// Does what an outbox cannot do alone.
    func act(on report: Outbox.Report, of bot: Int64) async {
        switch report {
        case .vanishing: messageVanishes()
        case .chatDied(let chat, let error): await abandon(chat, of: bot, error)
        case .migrated(let old, let new): await migrate(old, to: new, of: bot)
        case .topicGone(let chat, let topic):
            log.warning("a topic is gone", metadata: ["bot": "\(bot)", "chat": "\(chat)", "topic": "\(topic)"])
            let place = SlotTable.Place(bot: bot, chat: chat, topic: nil)
            await forget(topic, in: chat, of: bot)
            await post(
                ChatMessage("The topic that I wrote to is gone: what belongs there comes here from now on.", urgency: .decision),
                source: "topic/\(chat)/\(topic)"
            ) { _ in [place] }
        case .topicClosed(let chat, let topic):
            log.warning("a topic is closed", metadata: ["bot": "\(bot)", "chat": "\(chat)", "topic": "\(topic)"])
            let place = SlotTable.Place(bot: bot, chat: chat, topic: nil)
            let day = hub.clock.now().milliseconds / 86_400_000
            await post(
                ChatMessage(
                    "The topic that I write to is closed, and I may not open it: until somebody does, what belongs there comes here.",
                    urgency: .decision),
                source: "closed/\(chat)/\(topic)/\(day)"
            ) { _ in [place] }
        case .tooLarge(let chat, let topic, let id):
            let place = SlotTable.Place(bot: bot, chat: chat, topic: topic)
            await post(ChatMessage("A file was larger than Telegram takes."), source: "large/\(id)") { _ in [place] }
        case .liveGone(let chat, let slot): await abandonTail(in: chat, of: bot, slot)
        case .unauthorized: await tellTrouble(.unauthorized, of: bot)
        }
    }

    /// Tells the administrators about a bot that cannot be polled: by itself where it can still write, else by another.
    func tellTrouble(_ state: PollStatus.State, of bot: Int64) async {
        let name = line(bot)?.username.map { "@\($0)" } ?? "bot \(bot)"
        let now = hub.clock.now()
        switch state {
        case .unauthorized:
            log.critical("a bot's token is not valid any more: it neither hears nor sends", metadata: ["bot": "\(bot)"])
            await post(
                ChatMessage(
                    ChatText("The token of \(name) is not valid any more: it neither hears nor sends. @BotFather gives a new one."),
                    urgency: .decision),
                source: "unauthorized/\(bot)/\(now.milliseconds / 3_600_000)"
            ) { try $0.administrators(notBy: bot) }
        case .conflict(let conflict):
            let reason =
                conflict == .webhook
                ? "has a webhook, which another program sets, so that I hear nothing: stop that program"
                : "is polled by another program, too, so that I miss messages: stop one of them"
            await post(
                ChatMessage(ChatText("\(name) \(reason)."), urgency: .decision),
                source: "conflict/\(bot)/\(now.milliseconds / 600_000)"
            ) { try $0.administrators() }
        case .polling, .backingOff, .stopped: break
        }
    }

    private func abandon(_ chat: Int64, of bot: Int64, _ error: BotAPIError) async {
        log.warning("a chat cannot be reached any more", metadata: ["bot": "\(bot)", "chat": "\(chat)", "error": "\(error)"])
        line(bot)?.outbox.cancel(chat)
        let now = hub.clock.now()
        await store("a dead chat") { connection in
            try ChatTable(connection: connection, bot: bot).setDead(chat)
            try OutboxTable.cancelChat(chat, of: bot, in: connection, at: now)
        }
    }

    private func migrate(_ old: Int64, to new: Int64, of bot: Int64) async {
        log.notice("a group became a supergroup", metadata: ["bot": "\(bot)", "chat": "\(old)", "new": "\(new)"])
        await store("a chat's new id") { try ChatTable(connection: $0, bot: bot).migrate(old, to: new) }
        line(bot)?.outbox.move(old, to: new)
        menuChanges.add(.chats)
    }

    private func forget(_ topic: Int, in chat: Int64, of bot: Int64) async {
        await store("a topic that is gone") { connection in
            for table: StaticString in ["telegram_chat", "telegram_slot", "telegram_origin"] {
                try connection.execute(
                    "UPDATE \(raw: table) SET topic = NULL WHERE bot = \(bot) AND chat = \(chat) AND topic = \(topic)")
            }
        }
    }

    private func store(_ what: String, _ body: @escaping @Sendable (any SQLConnection) throws -> Void) async {
        do { try await hub.database.write(body) } catch {
            // What was not noted shows again with the next call, and is tried again then.
            log.error("a change could not be stored", metadata: ["what": "\(what)", "error": "\(HubError(error))"])
        }
    }
}
