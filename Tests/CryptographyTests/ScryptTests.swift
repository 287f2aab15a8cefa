import Cryptography
import Testing

@Suite struct ScryptTests {
    @Test("agrees with RFC 7914, section 12, empty password and salt included")
    func agrees() throws {
        let empty = try Scrypt.derive(
            from: "".utf8, salt: "".utf8, Scrypt.Parameters(costExponent: 4, blockSize: 1, parallelism: 1), byteCount: 64)
        #expect(
            Hex.encode(empty)
                == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        )
        let key = try Scrypt.derive(
            from: "password".utf8, salt: "NaCl".utf8, Scrypt.Parameters(costExponent: 10, blockSize: 8, parallelism: 16), byteCount: 64)
        #expect(
            Hex.encode(key)
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        )
    }

    @Test(
        "refuses parameters that the standard or the machine forbids",
        arguments: [
            Scrypt.Parameters(costExponent: 0), Scrypt.Parameters(costExponent: -1), Scrypt.Parameters(costExponent: 64),
            Scrypt.Parameters(costExponent: 20, blockSize: 32), Scrypt.Parameters(costExponent: 4, blockSize: 0),
            Scrypt.Parameters(costExponent: 4, blockSize: .max), Scrypt.Parameters(costExponent: 4, parallelism: 0),
            Scrypt.Parameters(costExponent: 4, parallelism: .max), Scrypt.Parameters(costExponent: 16, blockSize: 1),
        ])
    func refuses(_ parameters: Scrypt.Parameters) {
        #expect(throws: Scrypt.Failure.parameters(parameters)) {
            try Scrypt.derive(from: "password".utf8, salt: "salt".utf8, parameters, byteCount: 32)
        }
    }

    @Test("refuses to derive nothing, or too much", arguments: [-1, 0, 1025])
    func refusesKeyLength(_ byteCount: Int) {
        #expect(throws: Scrypt.Failure.keyLength(byteCount: byteCount)) {
            try Scrypt.derive(from: "password".utf8, salt: "salt".utf8, Scrypt.Parameters(costExponent: 4), byteCount: byteCount)
        }
    }

    @Test("allows the standard parameters")
    func allowsStandard() throws {
        #expect(try PasswordHash(of: Secret("password")).matches(Secret("password")))
    }
}
