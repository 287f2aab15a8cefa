import HubCore

/// A secret that opens something: a code, a token or a key. Only its SHA-256 is stored.
package struct Credential: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable, SQLRepresentable {
        /// Makes whoever redeems it the administrator.
        case pairing
        /// Gives a role in a project.
        case invite
        /// Lets one server register.
        case registration
        /// A person's scripts.
        case apiToken = "api_token"
        /// A server's `X-API-Key`.
        case serverKey = "server_key"
    }

    /// SHA-256 of the secret, lower-case hexadecimal.
    package let hash: String
    package let kind: Kind
    package var project: Project.ID?
    package var person: Person.ID?
    package var server: Server.ID?
    package var role: Role?
    package var name: String
    package let createdBy: Actor
    package let createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var usedAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        hash: String, kind: Kind, project: Project.ID? = nil, person: Person.ID? = nil, server: Server.ID? = nil, role: Role? = nil,
        name: String = "", createdBy: Actor, createdAt: Timestamp, expiresAt: Timestamp? = nil, usedAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil
    ) {
        (self.hash, self.kind, self.project, self.person, self.server) = (hash, kind, project, person, server)
        (self.role, self.name, self.createdBy, self.createdAt) = (role, name, createdBy, createdAt)
        (self.expiresAt, self.usedAt, self.revokedAt) = (expiresAt, usedAt, revokedAt)
    }

    /// Neither revoked nor expired.
    package func isValid(at now: Timestamp) -> Bool {
        revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }
}

package struct CredentialTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = """
        hash, kind, project, person, server, role, name, created_by, created_at, expires_at, used_at, revoked_at
        """

    package func find(hash: String) throws -> Credential? {
        try connection.row("SELECT \(raw: Self.columns) FROM credential WHERE hash = \(hash)").map { row in
            var reader = RowReader(row)
            return Credential(
                hash: try reader.text(), kind: try reader.value(), project: try reader.optionalID(), person: try reader.optionalID(),
                server: try reader.optionalID(), role: try reader.optionalValue(), name: try reader.text(),
                createdBy: try Actor(json: try reader.json()), createdAt: try reader.time(), expiresAt: try reader.optionalTime(),
                usedAt: try reader.optionalTime(), revokedAt: try reader.optionalTime())
        }
    }

    package func insert(_ credential: Credential) throws {
        try connection.execute(
            """
            INSERT INTO credential (\(raw: Self.columns)) VALUES (
                \(credential.hash), \(credential.kind), \(credential.project), \(credential.person), \(credential.server),
                \(credential.role), \(credential.name), \(credential.createdBy.json), \(credential.createdAt), \(credential.expiresAt),
                \(credential.usedAt), \(credential.revokedAt))
            """)
    }

    /// - Returns: false if somebody used or revoked it before.
    package func markUsed(hash: String, at now: Timestamp) throws -> Bool {
        try connection.execute(
            "UPDATE credential SET used_at = \(now) WHERE hash = \(hash) AND used_at IS NULL AND revoked_at IS NULL") == 1
    }

    /// Ends the keys of a server.
    package func revoke(keysOf server: Server.ID, at now: Timestamp) throws {
        try connection.execute(
            "UPDATE credential SET revoked_at = \(now) WHERE server = \(server) AND kind = 'server_key' AND revoked_at IS NULL")
    }

    /// Who in a project holds a token for scripts that was not revoked.
    package func tokenHolders(in project: Project.ID) throws -> Set<Person.ID> {
        let rows = try connection.rows(
            "SELECT person FROM credential WHERE project = \(project) AND kind = 'api_token' AND revoked_at IS NULL")
        return Set(
            try rows.map { row -> Person.ID in
                var reader = RowReader(row)
                return try reader.id()
            })
    }

    /// Ends the codes that a person has made for a project and nobody has used.
    package func revoke(codesBy person: Person.ID, in project: Project.ID, at now: Timestamp) throws {
        try connection.execute(
            """
            UPDATE credential SET revoked_at = \(now)
            WHERE project = \(project) AND kind IN ('invite', 'registration') AND used_at IS NULL AND revoked_at IS NULL
                AND created_by LIKE \(#"{"kind":"person","id":"\#(person.text)"%"#)
            """)
    }

    /// Ends the tokens for scripts that a person has in a project.
    ///
    /// - Returns: how many.
    package func revoke(tokensOf person: Person.ID, in project: Project.ID, at now: Timestamp) throws -> Int {
        try connection.execute(
            """
            UPDATE credential SET revoked_at = \(now)
            WHERE project = \(project) AND person = \(person) AND kind = 'api_token' AND revoked_at IS NULL
            """)
    }

    /// Ends the unused codes of a kind, so that a new one is the only one.
    package func revokeUnused(_ kind: Credential.Kind, at now: Timestamp) throws {
        try connection.execute(
            "UPDATE credential SET revoked_at = \(now) WHERE kind = \(kind) AND used_at IS NULL AND revoked_at IS NULL")
    }
}
