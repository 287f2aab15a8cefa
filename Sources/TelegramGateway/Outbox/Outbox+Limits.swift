import TelegramBot

/// What a chat or a server does not let the bot do (Bot API notes, section 6).
extension Outbox {
    struct TopicKey: Hashable {
        let chat: Int64
        let topic: Int
    }

    // MARK: Closed topics

    /// A closed topic is opened again where the bot may. Else this message goes to the chat itself, and the next one is tried in the topic
    /// again: people may have opened it meanwhile, or made the bot an administrator.
    func goAround(closed topic: Int, _ given: OutboxItem) async {
        let isNews = state.withLock { $0.closedTopics.insert(TopicKey(chat: given.chat, topic: topic)).inserted }
        if isNews, await reopen(topic, in: given.chat) { return putBack(given) }
        var item = given
        // A reply would go where its target lies: into the topic again.
        (item.call.topic, item.call.replyTo) = (nil, nil)
        if isNews { await report(.topicClosed(chat: item.chat, topic: topic)) }
        putBack(item)
    }

    /// - Returns: whether it is open now.
    private func reopen(_ topic: Int, in chat: Int64) async -> Bool {
        do {
            _ = try await client.reopenForumTopic(topic, in: chat)
            return true
        } catch {
            log.notice("a closed topic could not be opened", metadata: ["bot": "\(bot)", "chat": "\(chat)", "error": "\(error)"])
            return false
        }
    }

    /// A message has come to be in the topic.
    func noteOpen(_ topic: Int, in chat: Int64) {
        state.withLock { _ = $0.closedTopics.remove(TopicKey(chat: chat, topic: topic)) }
    }

    // MARK: Reactions

    /// Whether the server does not know reactions, as old ones of one's own do not (Bot API 7.0).
    var lacksReactions: Bool { state.withLock { $0.lacksReactions } }

    /// They are a courtesy: until the next start none is asked for.
    func endWithoutReactions(_ item: OutboxItem) {
        let isNews = state.withLock { state in
            defer { state.lacksReactions = true }
            return !state.lacksReactions
        }
        if isNews { log.error("the server does not know reactions: none is set until the next start", metadata: ["bot": "\(bot)"]) }
        end(item, .failed)
    }
}
