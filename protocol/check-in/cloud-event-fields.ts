// Field numbers of the CloudEvents protobuf format (io.cloudevents.v1), as docs/schemas/cloudevents-v1.proto writes them out.

/** Message CloudEvent. */
export const cloudEvent = { id: 1, source: 2, spec_version: 3, type: 4, attributes: 5, proto_data: 8 } as const;
/** One entry of the map `attributes`. */
export const mapEntry = { key: 1, value: 2 } as const;
/** Message CloudEventAttributeValue. */
export const attributeValue = { ce_string: 3, ce_uri: 5, ce_timestamp: 7 } as const;
/** Message google.protobuf.Timestamp. */
export const timestamp = { seconds: 1, nanos: 2 } as const;
/** Message google.protobuf.Any. */
export const any = { type_url: 1, value: 2 } as const;

/** Package of the messages that stand in `proto_data`. */
export const dataPackage = "vn.tiepdon.v1";
/** What stands before a message's full name in `type_url`. */
export const typeUrlPrefix = "type.googleapis.com/";
/** `datacontenttype` of an event whose data is a protobuf message. */
export const protobufContentType = "application/protobuf";
