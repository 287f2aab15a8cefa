extension TerminalSize: Codable {
    private enum Key: String, CodingKey {
        case columns, rows
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(clampingColumns: try values.decode(Int.self, forKey: .columns), rows: try values.decode(Int.self, forKey: .rows))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(columns, forKey: .columns)
        try values.encode(rows, forKey: .rows)
    }
}
