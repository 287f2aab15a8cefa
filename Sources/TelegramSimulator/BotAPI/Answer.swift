/// What goes back to the client of the Bot API.
enum Answer: Sendable, Equatable {
    case success(JSON)
    case failure(World.Refusal)
    /// A page instead of JSON, as a proxy would send.
    case page(status: Int, html: String)
    /// An answer that breaks off half way.
    case truncated(JSON)
    /// The connection is reset.
    case reset

    var status: Int? {
        switch self {
        case .success, .truncated: 200
        case .failure(let refusal): refusal.code
        case .page(let status, _): status
        case .reset: nil
        }
    }

    static func body(of refusal: World.Refusal) -> JSON {
        let parameters: JSON = [
            "retry_after": refusal.retryAfter.map { .integer(Int64($0)) }, "migrate_to_chat_id": refusal.migratedTo.map { .integer($0) },
        ]
        return [
            "ok": false, "error_code": .integer(Int64(refusal.code)), "description": .string(refusal.description),
            "parameters": parameters == [:] ? nil : parameters,
        ]
    }
}
