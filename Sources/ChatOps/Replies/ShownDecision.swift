import HubCore

/// A plan or a result that a chat was shown with the buttons that decide on it, so that a typed word may mean it (domain page, "Plan mode").
package struct ShownDecision: Hashable, Sendable {
    /// ``Topic/plan(_:hash:)`` or ``Topic/review(_:)``.
    package let topic: Topic
    /// When it had arrived in the chat.
    package let at: Timestamp

    package init(_ topic: Topic, at time: Timestamp) {
        (self.topic, self.at) = (topic, time)
    }

    /// The version of the plan, if it is one.
    var planHash: String? { topic.planHash }
}

extension Topic {
    var planHash: String? { if case .plan(_, let hash) = self { hash } else { nil } }
}

extension ChatMessage {
    /// What `/approve`, `/revise` and `/answer` without an id are about once the message has arrived. A plan or a result counts only where
    /// it stands with its buttons: a reminder of it, or the question what should change, shows it to nobody.
    package var shows: Topic? {
        switch topic {
        case .plan(let id, let hash)?: offers(.approve(id, planHash: hash)) ? topic : nil
        case .review(let id)?: offers(.approve(id, planHash: nil)) ? topic : nil
        case .intervention?: topic
        case .task?, .failure?, .confirmation?, .terminal?, .prompt?, .pipeline?, .conversation?, nil: nil
        }
    }

    private func offers(_ action: ButtonAction) -> Bool { buttons.contains { row in row.contains { $0.action == action } } }
}
