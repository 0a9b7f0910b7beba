// Names of people and places that nobody can take for real ones; together they use every Vietnamese vowel and tone.

type Choices = readonly [string, ...string[]];

/** Common family names, so that sorting and search see what they see in a hospital. */
export const familyNames: Choices = [
  ...(["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ"] as const),
  ...(["Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"] as const),
];

export const middleNames: Readonly<Record<"male" | "female", Choices>> = {
  male: ["Văn", "Đức", "Hữu", "Bá", "Quý"],
  female: ["Thị", "Ngọc", "Mỹ", "Diệu", "Thúy"],
};

/** Words such as example, trial, model, imaginary; each has at least one mark, so no generated name lacks them. */
export const givenNames: Choices = [
  ...(["Mẫu", "Ví Dụ", "Thử", "Giả Định", "Kiểm Nghiệm", "Mô Phỏng"] as const),
  ...(["Tưởng Tượng", "Hư Cấu", "Bày Đặt", "Phỏng Chừng", "Chẵn Lẻ", "Đệm Kỳ"] as const),
  ...(["Bịa Chuyện", "Nháp Vở", "Không Thật", "Rỗng Tuếch", "Ẩn Ý", "Sẵn Ổ"] as const),
];

export const hamlets: Choices = ["Thôn Mẫu", "Ấp Giả Định", "Khóm Nháp", "Tổ 9 Khu Thử", "Số 12 Ngõ Ví Dụ"];
export const communes: Choices = ["Xã Ví Dụ", "Xã Thử Nghiệm", "Phường Mô Phỏng", "Phường Giả Tưởng", "Thị trấn Nháp"];
export const districts: Choices = ["Huyện Thử", "Quận Ví Dụ", "Thị xã Mẫu", "Huyện Hư Cấu"];
