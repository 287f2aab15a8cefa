import HubCore

/// The templates that people saved.
package struct TemplateTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    private static let columns: StaticString = "id, project, name, document, created_by, created_at"

    package func insert(_ template: SavedTemplate) throws {
        try connection.execute(
            """
            INSERT INTO saved_template (\(raw: Self.columns)) VALUES (
                \(template.id), \(template.project), \(template.name), \(template.document), \(template.createdBy.json),
                \(template.createdAt))
            """)
    }

    package func remove(_ id: SavedTemplate.ID) throws {
        try connection.execute("DELETE FROM saved_template WHERE id = \(id)")
    }

    package func find(_ name: String, in project: Project.ID) throws -> SavedTemplate? {
        try connection.row("SELECT \(raw: Self.columns) FROM saved_template WHERE project = \(project) AND name = \(name)").map(Self.read)
    }

    /// By name.
    package func list(in project: Project.ID) throws -> [SavedTemplate] {
        try connection.rows("SELECT \(raw: Self.columns) FROM saved_template WHERE project = \(project) ORDER BY name").map(Self.read)
    }

    private static func read(_ row: SQLRow) throws -> SavedTemplate {
        var reader = RowReader(row)
        return SavedTemplate(
            id: try reader.id(), project: try reader.id(), name: try reader.text(), document: try JSONValue(parsing: try reader.text()),
            createdBy: try Actor(json: JSONValue(parsing: try reader.text())), createdAt: try reader.time())
    }
}
