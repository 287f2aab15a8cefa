import HubCore
import HubService

/// What one server can do and does; for owners with how to change it.
struct ServerDetail {
    let line: ListServers.Line
    let project: Project
    /// The chat works in that project.
    let isHere: Bool
    let isOwner: Bool
    let context: ChatContext

    private var server: Server { line.server }
    private var name: String { AgentText.line(server.name, limit: 64) }

    func message() -> ChatMessage {
        var text = ServerList.summary(line, context)
        if !isHere { text.append(" · project \(project.name)") }
        for kind in Capabilities.Kind.allCases {
            if let list = capabilities(kind) { text.nextLine(ChatText(list)) }
        }
        let label = context.label(in: project)
        for task in line.tasks.prefix(10) {
            let title = AgentText.line(task.content.title, limit: 60)
            text.nextLine(ChatText("• \(label.text(task.number, in: project)) \(title) (\(task.state.words))"))
        }
        if line.tasks.count > 10 { text.nextLine(ChatText("… and \(line.tasks.count - 10) more")) }
        if line.tasks.isEmpty { text.nextLine("No task.") }
        for fact in [machine, load].compactMap(\.self) { text.nextLine(ChatText(fact)) }
        text.nextLine(ChatText("Last heard \(ServerList.lastHeard(server, context).words(at: context.now))."))
        guard isOwner else { return ChatMessage(text) }
        text.nextLine(ChatText(hint))
        return ChatMessage(text, buttons: buttons)
    }

    /// “Languages: go, swift (set by an owner)”; `nil` where there is nothing to say.
    private func capabilities(_ kind: Capabilities.Kind) -> String? {
        let (names, isSet) = (server.capabilities[kind], server.override[kind] != nil)
        guard !names.isEmpty || isSet else { return nil }
        let list = names.isEmpty ? "none" : AgentText.line(names.sorted().joined(separator: ", "), limit: 300)
        let label = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        return "\(label): \(list)\(isSet ? " (set by an owner)" : "")"
    }

    /// “System: linux, agent 0.20.0”, as the server says it.
    private var machine: String? {
        let version = server.machine.systemInfo["agent_version"]?.string.map { "agent \($0)" }
        let facts = [server.machine.os, version ?? ""].map { AgentText.line($0, limit: 60) }.filter { !$0.isEmpty }
        return facts.isEmpty ? nil : "System: \(facts.joined(separator: ", "))"
    }

    /// “Load: processors 12 %, memory 43 %, disk 71 %”, with its age once the server has been silent for long.
    private var load: String? {
        guard let reading = context.hub.liveness.load(of: server.id) else { return nil }
        let shares = [("processors", reading.load.processors), ("memory", reading.load.memory), ("disk", reading.load.disk)]
        let words = shares.compactMap { name, share in share.map { "\(name) \($0) %" } }.joined(separator: ", ")
        let age = context.now.since(reading.at)
        return "Load: \(words)\(age < Server.silenceUntilOffline ? "" : " (\(age.words) ago)")"
    }

    private var hint: String {
        // In a group that command would take it away from its own project.
        let there = context.request.place.isPrivate ? "After" : "In a private chat, after"
        let before = isHere ? "Change" : "\(there) /project \(project.name), change"
        return """
            \(before) with /servers \(name) slots \(server.capabilities.slots), /servers \(name) languages swift,go; tools, environments, agents, \
            repos and tags go the same way. +swift adds one, -swift takes one away, auto is what the server says itself.
            """
    }

    private var buttons: [[ChatButton]] {
        let slots = server.capabilities.slots
        let drain: ServerOrder.Action = server.isDrained ? .undrain : .drain
        return [
            step("➖", slots - 1) + step("➕", slots + 1),
            [
                ChatButton(
                    drain == .drain ? "Drain" : "Undrain", .command("/servers \(server.id.text) \(drain.rawValue)", inPlace: false)),
                ChatButton("Revoke", .command("/servers \(server.id.text) revoke", inPlace: false), style: .danger),
            ],
        ]
    }

    private func step(_ label: String, _ count: Int) -> [ChatButton] {
        guard (0...Capabilities.maximumSlots).contains(count) else { return [] }
        let order = ButtonAction.command("/servers \(server.id.text) slots \(count)", inPlace: true)
        return [ChatButton("\(label) \(count == 1 ? "1 slot" : "\(count) slots")", order)]
    }
}
