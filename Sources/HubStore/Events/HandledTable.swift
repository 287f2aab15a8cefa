import HubCore

/// What came in and took effect: the one mechanism that makes everything take effect once.
package struct HandledTable {
    let connection: any SQLConnection

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// Names one request for good: who sent it, and how the sender tells it from others.
    package struct Key: Hashable, Sendable {
        /// `telegram/<bot>`, `server/<id>`, `person/<id>` …
        package let caller: String
        package let key: String
        /// Tells a repetition from another request under the same key; empty where that cannot be.
        package let fingerprint: String

        package init(caller: String, key: String, fingerprint: String = "") {
            (self.caller, self.key, self.fingerprint) = (caller, key, fingerprint)
        }
    }

    package struct Entry: Hashable, Sendable {
        package let fingerprint: String
        package let outcome: String
    }

    package func find(_ key: Key) throws -> Entry? {
        try connection.row("SELECT fingerprint, outcome FROM handled WHERE caller = \(key.caller) AND key = \(key.key)").map { row in
            var reader = RowReader(row)
            return Entry(fingerprint: try reader.text(), outcome: try reader.text())
        }
    }

    package func insert(_ key: Key, outcome: String, at now: Timestamp) throws {
        try connection.execute(
            """
            INSERT INTO handled (caller, key, fingerprint, outcome, at)
            VALUES (\(key.caller), \(key.key), \(key.fingerprint), \(outcome), \(now))
            """)
    }

    /// Forgets what is older than anybody may repeat.
    package func removeOlder(than time: Timestamp) throws {
        try connection.execute("DELETE FROM handled WHERE at < \(time)")
    }
}
