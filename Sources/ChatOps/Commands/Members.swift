import HubCore
import HubService

/// `/members`: who has which role in the project; owners change roles and take them away.
struct MembersCommand: ChatCommand {
    enum Order: Hashable {
        case role(Role)
        case remove

        init?(_ word: String) {
            if let role = Role(rawValue: word) {
                self = .role(role)
            } else if word == "remove" {
                self = .remove
            } else {
                return nil
            }
        }
    }

    static let permission: Permission? = .see
    private static let shown = 50
    private static let buttons = 20
    let name: String?
    let order: Order?
    let isConfirmed: Bool

    init(_ line: CommandLine) throws(UsageError) {
        // A name may hold spaces; what follows it is one of few words.
        var words = line.words
        let isConfirmed = words.count > 2 && words.last?.lowercased() == "yes"
        if isConfirmed { words.removeLast() }
        let order = words.count > 1 ? words.last.flatMap { Order($0.lowercased()) } : nil
        if order != nil { words.removeLast() }
        (self.order, self.isConfirmed) = (order, isConfirmed && order != nil)
        name = words.isEmpty ? nil : words.joined(separator: " ")
    }

    func reply(in context: ChatContext) async throws -> ChatReply {
        let project = try await context.project()
        let members = try await context.ask(ListMembers(of: project.id))
        let isOwner = try await context.role(in: project.id)?.allows(.changeRoles) ?? false
        guard let name else { return context.reply(try list(members, of: project, isOwner: isOwner, context)) }
        let member = try find(name, among: members, of: project)
        guard let order else { return context.reply(detail(member, of: project, isOwner: isOwner)) }
        try await context.require(.changeRoles, in: project)
        // Of an administrator nothing changes here, and that is said at once.
        if !isConfirmed, !member.person.isAdministrator, let question = try question(order, member, of: project, context) {
            return context.reply(question)
        }
        let shown = Self.shown(member.person)
        switch order {
        case .role(let role):
            _ = try await context.run(ChangeRole(of: member.person.id, in: project.id, to: role))
            return context.reply(ChatText("\(shown) is \(role.withArticle) of \(project.name) now."))
        case .remove:
            _ = try await context.run(RemoveMember(member.person.id, from: project.id))
            return context.reply(
                ChatText(
                    member.isScript
                        ? "\(shown) is out of \(project.name): its token is dead."
                        : "\(shown) is out of \(project.name). Chat groups, /servers and scripts in /members are for themselves: look there, too."
                ))
        }
    }

    private func find(
        _ name: String, among members: [ListMembers.Member], of project: Project
    ) throws -> ListMembers.Member {
        let found = members.named(name)
        guard let first = found.first else {
            if Person.ID(name) != nil { throw HubError.notFound("they are not in \(project.name) any more") }
            let words = AgentText.line(name, limit: 64)
            if let known = name.lastIndex(of: " "), !members.named(String(name[..<known])).isEmpty {
                let order = AgentText.line(String(name[known...]), limit: 40)
                throw UsageError("“\(order)” is nothing to do with a member: there is viewer, member, owner and remove")
            }
            throw UsageError("there is no “\(words)” in \(project.name): /members lists who is there")
        }
        guard found.count == 1 else {
            let buttons = found.prefix(Self.buttons).map { [button($0, of: project, isTold: true)] }
            throw Refusal(message: ChatMessage("Several are called so: choose one, then say what to do.", buttons: buttons))
        }
        return first
    }

    private func list(
        _ members: [ListMembers.Member], of project: Project, isOwner: Bool, _ context: ChatContext
    ) throws -> ChatMessage {
        let me = try context.person().id
        var text: ChatText = "Who is in "
        text.append(project.name, .bold)
        text.append(":")
        for member in members.prefix(Self.shown) {
            text.append("\n• ")
            text.append(Self.shown(member.person), .bold)
            text.append(" (\(Self.role(member))\(member.person.id == me ? ", you" : ""))")
        }
        if members.count > Self.shown { text.nextLine(ChatText("… and \(members.count - Self.shown) more: /members NAME shows one")) }
        if let role = members.first(where: { $0.person.id == me })?.role, role.allows(.inviteMember), context.request.place.isPrivate {
            text.nextLine("/invite lets somebody in.")
        }
        guard isOwner else { return ChatMessage(text) }
        return ChatMessage(
            text, buttons: members.filter { !$0.person.isAdministrator }.prefix(Self.buttons).map { [button($0, of: project)] })
    }

    private func detail(_ member: ListMembers.Member, of project: Project, isOwner: Bool) -> ChatMessage {
        var text = ChatText.bold(Self.shown(member.person))
        text.append(" is in \(project.name): \(Self.role(member)).")
        guard isOwner, !member.person.isAdministrator else { return ChatMessage(text) }
        let roles = Role.allCases.filter { $0 != member.role }.map {
            ChatButton("Make \($0.rawValue)", command($0.rawValue, on: member, of: project))
        }
        let remove = ChatButton(member.isScript ? "Revoke the token" : "Remove", command("remove", on: member, of: project), style: .danger)
        return ChatMessage(text, buttons: [roles, [remove]])
    }

    /// What is asked before something that cannot be taken back by oneself.
    private func question(
        _ order: Order, _ member: ListMembers.Member, of project: Project, _ context: ChatContext
    ) throws -> ChatMessage? {
        let shown = Self.shown(member.person)
        let isMe = try context.person().id == member.person.id && !member.person.isAdministrator
        let (sentence, label, word): (String, String, String)
        switch order {
        case .remove where isMe:
            (sentence, label) = ("Take yourself out of \(project.name)? Only an invitation lets you in again.", "Yes, take me out")
            word = "remove"
        case .remove where member.isScript:
            (sentence, label) = ("Revoke the token of \(shown)? It stops working at once.", "Yes, revoke it")
            word = "remove"
        case .remove:
            (sentence, label) = (
                "Take \(shown) out of \(project.name)? Their invitations and registration tokens die, and so do their schedules.",
                "Yes, remove"
            )
            word = "remove"
        case .role(let role) where isMe && role < member.role:
            (sentence, label) = (
                "Become \(role.withArticle) of \(project.name)? Only an owner can undo that.", "Yes, make me \(role.rawValue)"
            )
            word = role.rawValue
        case .role(.owner) where member.role != .owner:
            (sentence, label) = (
                "Make \(shown) an owner of \(project.name)? Owners change settings, servers and roles, also yours.", "Yes, make owner"
            )
            word = "owner"
        case .role: return nil
        }
        let style: ChatButton.Style = order == .remove ? .danger : .primary
        let button = ChatButton(label, command("\(word) yes", on: member, of: project), style: style)
        return ChatMessage(ChatText(sentence), buttons: [[button]])
    }

    private func command(_ words: String, on member: ListMembers.Member, of project: Project, inPlace: Bool = true) -> ButtonAction {
        .command("/members \(member.person.id.text) \(words)\(CommandLine.pin(project.id))", inPlace: inPlace)
    }

    /// - Parameter isTold: with the beginning of the id, where several are called alike.
    private func button(_ member: ListMembers.Member, of project: Project, isTold: Bool = false) -> ChatButton {
        let id = isTold ? " \(member.person.id.text.prefix(8))" : ""
        return ChatButton(
            AgentText.line("\(member.person.name), \(Self.role(member))", limit: 50) + id,
            command("", on: member, of: project, inPlace: false))
    }

    private static func shown(_ person: Person) -> String { AgentText.line(person.name, limit: 64) }

    private static func role(_ member: ListMembers.Member) -> String {
        if member.person.isAdministrator { return "owner, administrator of this hub" }
        return member.isScript ? "\(member.role.rawValue), a script's token" : member.role.rawValue
    }
}
