import HubCore
import HubService

extension Replies {
    /// A file in reply to a task's card or to its terminal goes to the server that has the task. The caption is a note to its agent.
    func receive(_ attachment: ChatRequest.Attachment) async throws -> ChatReply {
        let topic = context.request.repliedTo?.topic
        var task = topic?.task
        if task == nil, let session = topic?.terminal { task = try await context.session(.id(session)).task?.id }
        guard let task else {
            guard context.request.place.isPrivate || context.request.repliedTo?.isOurs == true else {
                return ChatReply(conversation: context.request.conversation)
            }
            let isDocument = [".yaml", ".yml", ".json"].contains { attachment.name.lowercased().hasSuffix($0) }
            let cure =
                isDocument
                ? "To make tasks of it, send it with the caption /pipeline. To hand it to an agent, reply with it to its task's card."
                : "Reply to a task's card with the file: then it goes to the server that has the task."
            return ChatReply([ChatMessage(ChatText(cure))], conversation: context.request.conversation)
        }
        let view = try await context.view(.id(task))
        try await context.require(.sendFile, in: view.project)
        let bytes: [UInt8]
        do { bytes = try await attachment.read() } catch AttachmentError.tooLarge {
            throw HubError.invalid("\(AgentText.line(attachment.name, limit: 80)) is larger than 20 MB, and bots may fetch no more")
        } catch AttachmentError.unreachable(let reason) {
            throw HubError.conflict("\(AgentText.line(attachment.name, limit: 80)) could not be fetched (\(reason)): send it again")
        }
        let file = try await context.hub.sendFile(
            named: attachment.name, bytes, to: .task(.id(task)), as: context.request.sender.caller, once: context.request.key)
        let server = AgentText.line(view.serverName ?? "its server", limit: 64)
        var text: ChatText = "📤 "
        text.append(AgentText.line(file.name, limit: 100), .code)
        text.append(view.isServerOnline ? " is on its way to \(server)." : " is queued until \(server) is back: it is offline now.")
        return ChatReply([ChatMessage(text, urgency: .card, topic: .task(task))], reaction: "✍", file: file.id)
    }
}
