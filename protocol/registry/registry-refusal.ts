// Why a list of certified readers is not taken: one table of stable codes with their sentences.

/** Vietnamese, then English. None of them repeats what was offered. */
export const registryRefusals = {
  "no-keys": "Chưa cấu hình khóa công khai | No public key is pinned in the configuration (registry.keys)",
  "too-large": "Danh sách quá lớn | The list is larger than allowed",
  "not-jws": "Không phải JWS dạng gọn | Not a compact JWS: three parts of base64url, joined by dots",
  "bad-header": "Phần đầu chữ ký không đúng | The signature's header is not {alg, kid} with an optional typ",
  "wrong-algorithm": "Thuật toán không phải EdDSA | The algorithm is not EdDSA",
  "unknown-key": "Khóa ký không nằm trong cấu hình | The key that signed is not pinned in the configuration",
  "bad-signature": "Chữ ký sai | The signature does not match: the list was changed, or signed by another key",
  "not-json": "Nội dung không phải JSON UTF-8 | The content is not JSON in UTF-8",
  "bad-content": "Nội dung không đúng lược đồ | The content breaks the schema reader-registry/1",
  "key-id-differs": "keyId khác kid | keyId in the list is not the kid in the header",
  "not-yet-valid": "Danh sách chưa đến ngày phát hành | The list is issued on a later day",
  "lower-version": "Phiên bản thấp hơn danh sách đang dùng | Its version is lower than that of the list in use",
  "version-reused": "Trùng phiên bản nhưng khác nội dung | It has the version of the list in use, but other content",
  busy: "Quá nhiều danh sách gửi cùng lúc | Too many lists were offered at once",
  unreadable: "Không đọc được tệp danh sách | The file of the list can't be read",
  "not-kept": "Không ghi được vào thư mục dữ liệu | It can't be written to the data directory",
} as const;
export type RegistryRefusal = keyof typeof registryRefusals;
