import HubCore
import HubService

/// The message that asks for one argument of a template, with buttons where there are things to choose from.
struct TemplateQuestion {
    let declaration: CommandDeclaration
    var form: TemplateForm
    let parameter: CommandTemplate.Parameter

    func reply(_ lookup: TemplateLookup) async throws -> ChatReply {
        var form = form
        form.argument = parameter.name
        let context = lookup.context
        let offers = try await lookup.offers(for: parameter)
        var text: ChatText = ""
        text.append("/\(declaration.name)", .bold)
        for (name, value) in form.values.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            text.append(" · \(name) \(AgentText.line(value, limit: 40))")
        }
        text.append("\nWhich ")
        text.append(parameter.name, .bold)
        text.append("? ")
        // “Which repository? It is a repository.” says nothing.
        if parameter.summary != "a \(parameter.name)" { text.append("It is \(AgentText.line(parameter.summary, limit: 200)). ") }
        let how = context.request.place.isPrivate ? "send it" : "reply to this message with it"
        text.append(offers.isEmpty ? "\(how.prefix(1).uppercased() + how.dropFirst()), or “cancel”." : "Press one, or \(how).")
        var rows = offers.map { ChatButton($0.label, .command(form.line(parameter.name, $0.value), inPlace: true)) }.inRows(
            of: parameter.kind == .task ? 1 : 2)
        if !offers.isEmpty { rows.append([ChatButton("Cancel", .command("/templatedrop", inPlace: true), style: .danger)]) }
        let message = ChatMessage(
            text, buttons: rows, topic: .conversation, asksForReply: AgentText.line(parameter.name, limit: 60))
        return context.reply(message, conversation: .template(form))
    }
}

extension Array {
    fileprivate func inRows(of width: Int) -> [[Element]] {
        stride(from: 0, to: count, by: width).map { Array(self[$0..<Swift.min($0 + width, count)]) }
    }
}
