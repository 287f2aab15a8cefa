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
        var item = given
        let isNews = state.withLock { $0.closedTopics.insert(TopicKey(chat: given.chat, topic: topic)).inserted }
        if isNews {
            do {
                try await client.reopenForumTopic(topic, in: item.chat)
                return putBack(item)
            } catch let error as BotAPIError {
                if error.mayBeOwnFault { item.faults += 1 }
                // Nothing is known yet of whether it may.
                if error.isPassing, item.faults < OutboxItem.triesOfFaulty {
                    noteOpen(topic, in: item.chat)
                    guard case .retryAfter(let seconds) = error else { return retry(item, error.description) }
                    return putBack(item, restingUntil: now + .seconds(seconds))
                }
                log.notice(
                    "a closed topic could not be opened", metadata: ["bot": "\(bot)", "chat": "\(item.chat)", "error": "\(error)"])
            } catch {
                // It was cancelled.
                noteOpen(topic, in: item.chat)
                return leave(item)
            }
        }
        // A reply would go where its target lies: into the topic again.
        (item.call.topic, item.call.replyTo) = (nil, nil)
        if isNews { await report(.topicClosed(chat: item.chat, topic: topic)) }
        putBack(item)
    }

    /// A message has come to be in the topic, or nothing is known of it any more.
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
