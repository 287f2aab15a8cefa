import COpenSSL

/// One run of AES-256-GCM in libcrypto: authenticate the additional data, transform the text, then finish.
/// Lengths are checked before: nonce 12, tag 16, texts within `Int32`.
struct CipherContext: ~Copyable {
    enum Direction: Int32 { case decrypt, encrypt }

    private let context: OpaquePointer

    init(_ direction: Direction, key: AESGCM.Key, nonce: [UInt8]) {
        guard let context = EVP_CIPHER_CTX_new() else { outOfMemory("EVP_CIPHER_CTX_new") }
        self.context = context
        // 12 bytes are GCM's own nonce length in libcrypto, so none is set.
        mustSucceed(
            EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key.bytes, nonce, direction.rawValue), "EVP_CipherInit_ex")
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    func authenticate(_ additionalData: some Collection<UInt8>) {
        guard !additionalData.isEmpty else { return }
        var written: Int32 = 0
        withPointer(to: additionalData) { pointer, count in
            mustSucceed(EVP_CipherUpdate(context, nil, &written, pointer, Int32(count)), "EVP_CipherUpdate")
        }
    }

    func transform(_ text: some Collection<UInt8>) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        var output = [UInt8](repeating: 0, count: text.count)
        var written: Int32 = 0
        withPointer(to: text) { pointer, count in
            mustSucceed(EVP_CipherUpdate(context, &output, &written, pointer, Int32(count)), "EVP_CipherUpdate")
        }
        return output
    }

    func finishEncrypting() {
        mustSucceed(finish(), "EVP_CipherFinal_ex")
    }

    /// Whether the tag is the right one; libcrypto compares in constant time.
    func finishDecrypting(expecting tag: [UInt8]) -> Bool {
        var tag = tag
        mustSucceed(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(tag.count), &tag), "EVP_CTRL_GCM_SET_TAG")
        return finish() == 1
    }

    /// The tag of what was encrypted, once finished.
    var tag: [UInt8] {
        var tag = [UInt8](repeating: 0, count: AESGCM.SealedBox.tagByteCount)
        mustSucceed(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(tag.count), &tag), "EVP_CTRL_GCM_GET_TAG")
        return tag
    }

    /// GCM is a stream: finishing writes no byte, but libcrypto wants a place for a block.
    private func finish() -> Int32 {
        var block = [UInt8](repeating: 0, count: 16)
        var written: Int32 = 0
        return EVP_CipherFinal_ex(context, &block, &written)
    }
}
