import HubCore

/// A push about a task: the daemon types it into the session (agent protocol, section 6.4).
package struct TaskPush: Hashable, Sendable {
    package var session: String
    package var task: String?
    package var content: Content

    package enum Content: Hashable, Sendable {
        case assigned(title: String, from: String?, priority: String?, requirePlan: Bool)
        case approved
        case planApproved
        case planRevision(feedback: String)
        case response(String)
        case note(String, author: String?, isUrgent: Bool)
        /// Another agent asks.
        case question(String, source: String?, intervention: String?)
        case updated
    }

    package init(session: String, task: String?, _ content: Content) {
        (self.session, self.task, self.content) = (session, task, content)
    }

    /// `nil` if `type` is none of these.
    init?(type: String, _ fields: Fields) throws(WireFault) {
        switch type {
        case "task_assigned":
            content = .assigned(
                title: try fields.string("title") ?? "", from: try fields.string("from_session_name"),
                priority: try fields.string("priority"), requirePlan: try fields.bool("require_plan") ?? false)
        case "task_approved": content = .approved
        case "plan_approved": content = .planApproved
        case "plan_revision": content = .planRevision(feedback: try fields.string("feedback") ?? "")
        case "intervention_response": content = .response(try fields.string("response") ?? "")
        case "task_note":
            content = .note(
                try fields.string("content") ?? "", author: try fields.string("author"), isUrgent: try fields.bool("urgent") ?? false)
        case "task_updated": content = .updated
        case "intervention_for_session":
            content = .question(
                try fields.string("question") ?? "", source: try fields.string("source"),
                intervention: try fields.string("intervention_id"))
        default: return nil
        }
        session = try fields.sessionName(content.sessionMember)
        task = try fields.string("task_id")
    }

    var type: String {
        switch content {
        case .assigned: "task_assigned"
        case .approved: "task_approved"
        case .planApproved: "plan_approved"
        case .planRevision: "plan_revision"
        case .response: "intervention_response"
        case .note: "task_note"
        case .question: "intervention_for_session"
        case .updated: "task_updated"
        }
    }

    /// No member is ever `null`: an installed client abandons its connection over one (section 6.2).
    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init(content.sessionMember, .string(session))]
        members.add("task_id", task)
        switch content {
        case .assigned(let title, let from, let priority, let requirePlan):
            members.add("title", title)
            members.add("from_session_name", from)
            members.add("priority", priority)
            members.append(.init("require_plan", JSONValue(requirePlan)))
        case .approved, .planApproved, .updated: break
        case .planRevision(let feedback): members.add("feedback", feedback)
        case .response(let text): members.add("response", text)
        case .note(let text, let author, let isUrgent):
            members.add("content", text)
            members.append(.init("urgent", JSONValue(isUrgent)))
            members.add("author", author ?? "")
        case .question(let text, let source, let intervention):
            members.add("question", text)
            members.add("source", source ?? "")
            members.add("intervention_id", intervention)
        }
        return members
    }
}

extension TaskPush.Content {
    /// What the message calls the session that it is typed into.
    fileprivate var sessionMember: String {
        if case .question = self { "target_session_id" } else { "session_id" }
    }
}
