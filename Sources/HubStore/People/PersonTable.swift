import HubCore

/// The stored people, the ways in which they sign in, and their roles.
package struct PersonTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "id, name, is_administrator, created_at"

    package func find(_ id: Person.ID) throws -> Person? {
        try connection.row("SELECT \(raw: Self.columns) FROM person WHERE id = \(id)").map(Self.read)
    }

    /// Who signs in as `subject`, for example kind `telegram` and the user's id there.
    package func find(identity kind: String, _ subject: String) throws -> Person? {
        try connection.row(
            """
            SELECT person.id, person.name, person.is_administrator, person.created_at FROM person_identity
            JOIN person ON person.id = person_identity.person
            WHERE person_identity.kind = \(kind) AND person_identity.subject = \(subject)
            """
        ).map(Self.read)
    }

    package func subjects(of person: Person.ID, identity kind: String) throws -> [String] {
        try connection.rows("SELECT subject FROM person_identity WHERE person = \(person) AND kind = \(kind) ORDER BY created_at").map {
            var reader = RowReader($0)
            return try reader.text()
        }
    }

    package func insert(_ person: Person) throws {
        try connection.execute(
            """
            INSERT INTO person (\(raw: Self.columns))
            VALUES (\(person.id), \(person.name), \(person.isAdministrator), \(person.createdAt))
            """)
    }

    package func save(_ person: Person) throws {
        try connection.execute(
            "UPDATE person SET name = \(person.name), is_administrator = \(person.isAdministrator) WHERE id = \(person.id)")
    }

    package func addIdentity(_ kind: String, _ subject: String, to person: Person.ID, at now: Timestamp) throws {
        try connection.execute(
            "INSERT INTO person_identity (kind, subject, person, created_at) VALUES (\(kind), \(subject), \(person), \(now))")
    }

    package func isAnybodyAdministrator() throws -> Bool {
        try connection.row("SELECT 1 FROM person WHERE is_administrator = TRUE LIMIT 1") != nil
    }

    package func administrators() throws -> [Person.ID] {
        try connection.rows("SELECT id FROM person WHERE is_administrator = TRUE ORDER BY created_at").map {
            var reader = RowReader($0)
            return try reader.id()
        }
    }

    /// The role that was given in the project; an administrator owns every project all the same.
    package func role(of person: Person.ID, in project: Project.ID) throws -> Role? {
        guard let row = try connection.row("SELECT role FROM membership WHERE project = \(project) AND person = \(person)") else {
            return nil
        }
        var reader = RowReader(row)
        return try reader.value(Role.self)
    }

    package func setRole(_ role: Role, of person: Person.ID, in project: Project.ID, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO membership (project, person, role, created_at) VALUES (\(project), \(person), \(role), \(now))
            ON CONFLICT (project, person) DO UPDATE SET role = excluded.role
            """)
    }

    /// - Returns: false if there was no role.
    package func removeRole(of person: Person.ID, in project: Project.ID) throws -> Bool {
        try connection.execute("DELETE FROM membership WHERE project = \(project) AND person = \(person)") == 1
    }

    /// The members of a project with their roles, by name.
    package func members(of project: Project.ID) throws -> [(person: Person, role: Role)] {
        try connection.rows(
            """
            SELECT person.id, person.name, person.is_administrator, person.created_at, membership.role FROM membership
            JOIN person ON person.id = membership.person WHERE membership.project = \(project) ORDER BY person.name, person.id
            """
        ).map { row in
            var reader = RowReader(row)
            return (try Self.read(&reader), try reader.value(Role.self))
        }
    }

    /// The projects in which a person has a role, by name.
    package func projects(of person: Person.ID) throws -> [(project: Project.ID, role: Role)] {
        try connection.rows(
            """
            SELECT membership.project, membership.role FROM membership JOIN project ON project.id = membership.project
            WHERE membership.person = \(person) ORDER BY project.name
            """
        ).map { row in
            var reader = RowReader(row)
            return (try reader.id(), try reader.value(Role.self))
        }
    }

    private static func read(_ row: SQLRow) throws -> Person {
        var reader = RowReader(row)
        return try read(&reader)
    }

    private static func read(_ reader: inout RowReader) throws -> Person {
        Person(id: try reader.id(), name: try reader.text(), isAdministrator: try reader.bool(), createdAt: try reader.time())
    }
}
