extension PasswordHash {
    /// The PHC string to store.
    package var text: String {
        let costs = "ln=\(parameters.costExponent),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(costs)$\(Base64.unpadded.encode(salt))$\(Base64.unpadded.encode(key))"
    }

    /// Reads what ``text`` wrote, or `nil` for anything else: another function, costs beyond the limits, a salt or a key of a length
    /// that is not made here (8 to 64 and 16 to 64 bytes).
    package init?(_ text: String) {
        let fields = text.split(separator: "$", maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
            let parameters = Scrypt.Parameters(phc: fields[2]), parameters.areAllowed,
            let salt = Base64.unpadded.decode(String(fields[3])), (8...64).contains(salt.count),
            let key = Base64.unpadded.decode(String(fields[4])), (16...64).contains(key.count)
        else { return nil }
        (self.parameters, self.salt, self.key) = (parameters, salt, key)
    }
}

extension Scrypt.Parameters {
    /// `ln=15,r=8,p=3`, in this order.
    fileprivate init?(phc text: Substring) {
        let names = ["ln", "r", "p"]
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == names.count else { return nil }
        var values: [Int] = []
        for (name, field) in zip(names, fields) {
            let digits = field.dropFirst(name.count + 1)
            // Nothing but digits: `Int` alone would also take a sign.
            guard field.hasPrefix("\(name)="), (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
                let value = Int(digits)
            else { return nil }
            values.append(value)
        }
        self.init(costExponent: values[0], blockSize: values[1], parallelism: values[2])
    }
}
