import HubCore

extension HubTransaction {
    /// Plans and reviews are what people ask for: an agent may ask for more of them, and not for less. What it says of that counts as not
    /// said, without a word, since installed clients say `false` where they mean nothing.
    ///
    /// - Parameter before: what the task said so far; `nil` for a new one.
    func keepingDemands(_ content: AgentTask.Content, replacing before: AgentTask.Content? = nil) -> AgentTask.Content {
        guard case .agent = caller else { return content }
        var content = content
        if content.requirePlan == false { content.requirePlan = before?.requirePlan }
        if content.requireReview == false { content.requireReview = before?.requireReview }
        return content
    }
}
