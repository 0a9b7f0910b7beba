// The commented example that `tiepdon cluster nats --example` prints; a test keeps it valid.

export const natsExample = `# Cụm NATS JetStream thay cho broker của một máy | a NATS JetStream cluster instead of one machine's broker
# tiepdon cluster nats nats.yaml --out ./nats
name: bv-01234
natsVersion: "2.10" # máy cũ nhất; Debian 12: "2.9" | the oldest server
nodes: # 3 máy: hỏng một vẫn chạy | three: one may fail
  - { name: nats-1, host: nats-1.benhvien.local }
  - { name: nats-2, host: nats-2.benhvien.local }
  - { name: nats-3, host: nats-3.benhvien.local }
# mqttPort: 8883
# routePort: 6222 # giữa các máy | between the servers
# directory: /etc/tiepdon-nats # tệp cấu hình trên mỗi máy | where the files lie on each machine
# dataDirectory: /var/lib/tiepdon-nats
# fileStoreMb: 20000 # đầy đĩa: không nhận thêm, quầy giữ lại | when full, desks keep their check-ins
# payloadBytesMax: 32768
# ackSeconds: 30 # gửi lại nếu chưa xác nhận | delivered again without acknowledgement
# subject: CN={name} # tên trong chứng thư | the subject of client certificates
facilities:
  - facility: "01234" # mã CSKCB
    desks: 50 # quay-01 … quay-50, hoặc danh sách | or a list: [quay-01, cap-cuu]
users: # mỗi người dùng một chứng thư (tiepdon ca issue TÊN) | each has a certificate of this name
  - { name: his, role: his, facility: "01234" }
  - { name: cntt, role: it, facility: "01234" }
  # - { name: cong-bhxh, role: gateway, facility: "01234" }
`;
