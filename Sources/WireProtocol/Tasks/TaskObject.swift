import HubCore

/// A task as it is sent (agent protocol, sections 7 and 12). Every key is always there, `null` when it is empty.
package struct TaskObject: Sendable {
    package var task: AgentTask
    /// The server that has the task or ended it; `nil` while it waits.
    package var serverName: String?
    /// The terminals that it is done in and that it came from.
    package var sessionName: String?
    package var sourceSessionName: String?
    package var needsPlan: Bool
    package var needsReview: Bool
    package var dependencies: [DependencyObject]
    /// What its `input` dependencies deliver, an object by contract key.
    package var resolvedInputs: JSONValue?
    /// What it handed in under its contracts, an object by key.
    package var contractValues: JSONValue?
    /// The question that was asked last.
    package var intervention: Intervention?
    /// The latest notes, oldest first; `nil` where they were not read.
    package var notes: [NoteObject]?
    /// In lists, what can be large is `null`.
    package var isBrief: Bool
    /// How often it failed under its retry policy, and when it is tried again.
    package var failures: Int?
    package var retryAt: Timestamp?
    /// What it has cost.
    package var spending: JSONValue?
    /// Why it waits, in words.
    package var waiting: String?
    package var warnings: [String]

    package init(
        _ task: AgentTask, serverName: String?, needsPlan: Bool, needsReview: Bool, dependencies: [DependencyObject] = [],
        intervention: Intervention? = nil, notes: [NoteObject]? = nil, isBrief: Bool = false, waiting: String? = nil,
        warnings: [String] = []
    ) {
        (self.task, self.serverName, self.needsPlan, self.needsReview) = (task, serverName, needsPlan, needsReview)
        (self.dependencies, self.intervention, self.notes) = (dependencies, intervention, notes)
        (self.isBrief, self.waiting, self.warnings) = (isBrief, waiting, warnings)
    }

    package var json: JSONValue {
        let content = task.content
        return [
            "id": JSONValue(task.id), "number": JSONValue(task.number), "project_id": JSONValue(task.project),
            "title": .string(content.title), "spec": .string(content.spec), "status": .string(task.state.rawValue),
            "priority": .string(content.priority.rawValue), "type": .string(content.kind.rawValue), "attempt": JSONValue(task.attempt),
            "assigned_server_id": JSONValue(task.state == .pending ? nil : task.server), "assigned_server_name": JSONValue(serverName),
            "target_repo": JSONValue(content.repository), "target_branch": JSONValue(content.branch),
            "acceptance_criteria": content.acceptanceCriteria.isEmpty ? .null : JSONValue(content.acceptanceCriteria),
            "structured_spec": isBrief ? .null : content.structuredSpec ?? .null, "requires": content.requirements.wire,
            "prefers": ["server": JSONValue(content.preferences.server)], "require_plan": JSONValue(needsPlan),
            "require_review": JSONValue(needsReview), "reminder_minutes": JSONValue(content.reminderMinutes),
            "escalation_minutes": JSONValue(content.escalationMinutes), "retry": content.retry?.json ?? .null,
            "failures": JSONValue(failures), "retry_at": JSONValue(retryAt), "spend_cap": JSONValue(content.spendCap?.description),
            "spending": isBrief ? .null : spending ?? .null, "git_diff_stats": isBrief ? .null : task.diffStats ?? .null,
            "dependencies": .array(dependencies.map(\.json)),
            "resolved_inputs": isBrief ? .null : resolvedInputs ?? .null,
            "produces": isBrief ? .null : content.produces ?? .null, "contracts": isBrief ? .null : contractValues ?? .null,
            "session_id": JSONValue(task.session?.text),
            "source_session_name": JSONValue(sourceSessionName), "target_session_name": JSONValue(sessionName),
            "created_by": .string(task.createdBy.name),
            "created_at": JSONValue(task.createdAt), "updated_at": JSONValue(task.updatedAt), "status_since": JSONValue(task.since),
            "started_at": JSONValue(task.startedAt), "completed_at": JSONValue(task.completedAt),
            "plan": isBrief ? .null : task.plan?.content ?? .null, "plan_hash": JSONValue(task.plan?.hash),
            "plan_feedback": JSONValue(task.feedback), "result": isBrief ? .null : result, "error": JSONValue(task.failure),
            "intervention": intervention.map { InterventionObject($0).json } ?? .null,
            "recent_notes": notes.map { .array($0.map(\.json)) } ?? .null, "waiting": JSONValue(waiting),
            "warnings": JSONValue(warnings),
        ]
    }

    /// Clients show the `error` of a failed task's result (section 7.1).
    private var result: JSONValue {
        if let failure = task.failure, task.state == .failed { return ["error": .string(failure)] }
        return task.result ?? .null
    }
}

/// An edge to a task that comes first.
package struct DependencyObject: Sendable {
    package var edge: Dependency
    package var number: Int?
    package var state: AgentTask.State?

    package init(_ edge: Dependency, number: Int? = nil, state: AgentTask.State? = nil) {
        (self.edge, self.number, self.state) = (edge, number, state)
    }

    package var json: JSONValue {
        [
            "depends_on_task_id": JSONValue(edge.upstream), "depends_on_number": JSONValue(number),
            "depends_on_status": JSONValue(state?.rawValue), "dependency_type": .string(edge.kind.rawValue),
            "contract_key": JSONValue(edge.contractKey), "resolved": JSONValue(edge.isResolved),
        ]
    }
}

/// A remark on a task (section 8.2).
package struct NoteObject: Sendable {
    package var id: String
    package var task: AgentTask.ID
    package var content: String
    package var author: String
    package var isUrgent: Bool
    package var createdAt: Timestamp

    package init(id: String, task: AgentTask.ID, content: String, author: String, isUrgent: Bool, createdAt: Timestamp) {
        (self.id, self.task, self.content) = (id, task, content)
        (self.author, self.isUrgent, self.createdAt) = (author, isUrgent, createdAt)
    }

    package var json: JSONValue {
        [
            "id": .string(id), "task_id": JSONValue(task), "content": .string(content), "author": .string(author),
            "urgent": JSONValue(isUrgent), "created_at": JSONValue(createdAt),
        ]
    }
}

extension AgentTask.Requirements {
    /// `requires` of section 12.
    package var wire: JSONValue {
        [
            "languages": JSONValue(languages.sorted()), "environments": JSONValue(environments.sorted()), "agent": JSONValue(agent),
            "tools": JSONValue(tools.sorted()), "tags": JSONValue(tags.sorted()), "server": JSONValue(server),
            "writes": JSONValue(writes.patterns),
        ]
    }
}
