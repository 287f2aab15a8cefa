extension Contracts {
    /// Why a declaration is refused.
    package struct DeclarationFault: Error, Hashable, Sendable, CustomStringConvertible {
        package let key: String
        package let message: String

        package var description: String { key.isEmpty ? message : "produces.\(key): \(message)" }
    }

    /// Reads `{ key: { type, description?, required?, schema? } }`.
    ///
    /// - Throws: ``DeclarationFault``
    package init(json: JSONValue) throws(DeclarationFault) {
        var patterns = JSONSchema.Budget.declaration
        try self.init(json: json, patterns: &patterns)
    }

    /// - Parameter patterns: what the patterns of this and of other declarations may take together (``JSONSchema/Budget``).
    /// - Throws: ``DeclarationFault``
    package init(json: JSONValue, patterns: inout Int) throws(DeclarationFault) {
        guard let members = json.members else {
            throw DeclarationFault(
                key: "", message: "produces is an object of contracts such as {api: {type: api_schema}}, not \(json.kindName)")
        }
        guard members.count <= Self.maximum else {
            throw DeclarationFault(key: "", message: "a task has at most \(Self.maximum) contracts, not \(members.count)")
        }
        guard json.bytes.count <= Self.maximumDeclarationBytes else {
            throw DeclarationFault(key: "", message: "the contracts of a task take at most \(Self.maximumDeclarationBytes >> 10) KiB")
        }
        let allowed = min(patterns, JSONSchema.Budget.declaration)
        var budget = JSONSchema.Budget(patterns: allowed)
        defer { patterns -= allowed - budget.patterns }
        var contracts: [Contract] = []
        for member in members {
            guard !contracts.contains(where: { $0.key == member.name }) else {
                throw DeclarationFault(key: member.name, message: "is declared twice")
            }
            contracts.append(try Contract(key: member.name, json: member.value, within: &budget))
        }
        self.init(contracts)
    }

    package var json: JSONValue { .object(all.map { JSONValue.Member($0.key, $0.json) }) }
}

extension Contract {
    init(key: String, json: JSONValue, within budget: inout JSONSchema.Budget) throws(Contracts.DeclarationFault) {
        func fault(_ message: String) -> Contracts.DeclarationFault { .init(key: String(key.prefix(128)), message: message) }
        guard !key.trimmed.isEmpty, key.unicodeScalars.count <= 128, !key.contains(where: \.isNewline), !key.unicodeScalars.contains("\0")
        else { throw fault("a contract's key has 1 to 128 characters on one line") }
        guard let members = json.members else { throw fault("a contract is an object such as {type: api_schema}, not \(json.kindName)") }
        var contract = Contract(key: key, type: "")
        for member in members {
            switch (member.name, member.value) {
            case ("type", .string(let type)) where !type.trimmed.isEmpty && type.utf8.count <= 128: contract.type = type
            case ("type", _): throw fault("type is a short text such as api_schema")
            case ("description", .string(let about)) where about.utf8.count <= 8192: contract.about = about
            case ("description", .null), ("required", .null), ("schema", .null): break
            case ("description", _): throw fault("description is a text of at most 8 KiB")
            case ("required", .bool(let isRequired)): contract.isRequired = isRequired
            case ("required", _): throw fault("required is true or false")
            case ("schema", let schema):
                do {
                    contract.schema = try JSONSchema(schema, within: &budget)
                } catch {
                    throw fault("schema: \(error)")
                }
            default: throw fault("a contract has no \"\(member.name.cut(to: 64))\": it takes type, description, required and schema")
            }
        }
        guard !contract.type.isEmpty else { throw fault("type is missing, a short text such as api_schema") }
        self = contract
    }

    package var json: JSONValue {
        var members = [JSONValue.Member("type", .string(type))]
        if let about { members.append(.init("description", .string(about))) }
        if !isRequired { members.append(.init("required", false)) }
        if let schema { members.append(.init("schema", schema.document)) }
        return .object(members)
    }
}

extension Contracts: Codable {
    package init(from decoder: any Decoder) throws { try self.init(json: JSONValue(from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
