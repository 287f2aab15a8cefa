import HubCore

/// How far each durable reader of the event log has come.
package struct SubscriberTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// The last sequence number that `name` has dealt with; `nil` if it is new.
    package func cursor(of name: String) throws -> Int64? {
        guard let row = try connection.row("SELECT sequence FROM subscriber WHERE name = \(name)") else { return nil }
        var reader = RowReader(row)
        return try reader.int64()
    }

    package func move(_ name: String, to sequence: Int64) throws {
        try connection.execute(
            """
            INSERT INTO subscriber (name, sequence) VALUES (\(name), \(sequence))
            ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence
            """)
    }
}
