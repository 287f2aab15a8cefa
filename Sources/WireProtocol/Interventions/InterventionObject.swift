import HubCore

/// A question of an agent as it is sent (agent protocol, sections 8.3 and 12).
package struct InterventionObject: Sendable {
    package var intervention: Intervention

    package init(_ intervention: Intervention) {
        self.intervention = intervention
    }

    package var json: JSONValue {
        let (content, answer) = (intervention.content, intervention.answer)
        return [
            "id": JSONValue(intervention.id), "task_id": JSONValue(intervention.task), "project_id": JSONValue(intervention.project),
            "attempt": JSONValue(intervention.attempt), "status": .string(intervention.state.rawValue),
            "intervention_type": .string(content.kind.rawValue), "question": .string(content.question),
            "context": JSONValue(content.context),
            "options": .array(content.options.map { ["id": .string($0.id), "label": .string($0.label)] }),
            "urgency": JSONValue(content.urgency), "deadline": JSONValue(intervention.standby?.due),
            "default_option": JSONValue(content.standby?.option), "target_session_id": JSONValue(content.target?.session),
            "created_at": JSONValue(intervention.createdAt),
            "response": JSONValue(answer?.text), "responded_by": JSONValue(answer?.by.name), "responded_at": JSONValue(answer?.at),
        ]
    }
}
