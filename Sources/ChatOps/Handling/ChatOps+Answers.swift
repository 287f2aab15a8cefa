import HubCore
import HubService

extension ChatOps {
    /// 👌 once the agent has it; words where it never will, or where a file came.
    package func answer(to event: Event, label: TaskLabel, in transaction: HubTransaction) throws -> ChatReply? {
        let data = event.fact.data
        let project = try transaction.projects.find(event.project)
        let number = data["number"]?.int
        let name = number.flatMap { number in project.map { label.text(number, in: $0) } } ?? data["server"]?.string ?? "the server"
        let reason = AgentText.line(data["reason"]?.string ?? data["error"]?.string ?? "nobody said why", limit: 300)
        let file = AgentText.line(data["name"]?.string ?? "the file", limit: 100)
        switch event.fact.kind {
        case .pushDelivered, .fileDelivered: return ChatReply(reaction: "👌")
        case .pushDropped: return message("Dropped: the agent of \(name) did not get this. \(Sentences.sentence(reason))")
        case .fileFailed: return message("\(file) (\(name)) did not get through: \(reason)")
        case .fileReceived:
            guard let id = data["file"]?.string.flatMap({ HubFile.ID($0) }) else { return nil }
            var text: ChatText = "📥 "
            text.append(file, .code)
            text.append(" of \(name)")
            return ChatReply([ChatMessage(text, urgency: .result, file: id)])
        default: return nil
        }
    }

    private func message(_ text: String) -> ChatReply { ChatReply([ChatMessage(ChatText(text), urgency: .decision)]) }
}
