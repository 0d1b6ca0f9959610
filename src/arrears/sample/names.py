"""What the names, numbers and addresses of invented people are made of.

Nobody here can be anybody: an identity number carries a check character that is not the one its digits call for (a 15-digit one, which
has none, an area code that is not assigned), and a phone number begins with 154, a range that no operator in mainland China has been given:
see docs/sample.md. Streets are invented, cities are real.
"""

from __future__ import annotations

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒", "夏侯")
# Characters that old systems lose: four bytes in UTF-8, or outside GBK.
RARE_SURNAMES = ("𠮷", "㛃", "𨙸", "𫍯", "䶮", "亓", "仉", "眭", "逄", "郗")
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玲红玉萍春兰海燕雪梅宇欣怡子涵梓萱浩然思远一诺晨曦若溪沐阳书瑶景行知夏清和云舒望舒怀瑾"
)
RARE_GIVEN = ("𬀩", "𫖮", "䶮", "𬭚", "㛃", "𬍛", "龑", "喆", "堃", "昇", "玥", "珺")
# Names with a middle dot, as they are written in Chinese.
DOTTED = (
    "阿卜杜拉·买买提",
    "古丽娜尔·艾合买提",
    "麦麦提江·吐尔逊",
    "迪丽拜尔·阿不都",
    "赛买提·依明",
    "阿依古丽·肉孜",
    "扎西·多吉",
    "卓玛·次仁",
    "巴特尔·苏和",
    "努尔兰·哈力克",
)
STREETS = ("澄砚", "霁蓝", "云笺", "栖霁", "问篁", "漱墨", "听松", "采薇", "拾翠", "望舒", "衔月", "枕溪", "疏桐", "照晚", "倚梧", "浣青")
STREET_KINDS = ("路", "街", "巷", "大道", "里")
ESTATES = ("兰汀花园", "未名苑", "青禾家园", "长亭小区", "半山雅筑", "春和里")
EMPLOYERS = ("望舒物流", "青禾餐饮", "衔月电子", "霁蓝建筑", "枕溪服饰", "拾翠超市", "个体经营", "平台司机", "照晚家政", "疏桐机械")
# City, province, first six digits of an identity number, longitude and latitude of its centre (WGS-84).
CITIES = (
    ("杭州市", "浙江省", "330106", 120.155, 30.274),
    ("宁波市", "浙江省", "330203", 121.550, 29.875),
    ("南京市", "江苏省", "320106", 118.797, 32.060),
    ("苏州市", "江苏省", "320508", 120.585, 31.299),
    ("合肥市", "安徽省", "340104", 117.227, 31.821),
    ("武汉市", "湖北省", "420106", 114.305, 30.593),
    ("长沙市", "湖南省", "430104", 112.938, 28.228),
    ("成都市", "四川省", "510105", 104.066, 30.573),
    ("重庆市", "重庆市", "500103", 106.551, 29.563),
    ("西安市", "陕西省", "610104", 108.940, 34.341),
    ("郑州市", "河南省", "410105", 113.625, 34.747),
    ("济南市", "山东省", "370103", 117.120, 36.651),
    ("广州市", "广东省", "440106", 113.264, 23.129),
    ("南宁市", "广西壮族自治区", "450103", 108.367, 22.817),
    ("昆明市", "云南省", "530102", 102.833, 24.880),
    ("乌鲁木齐市", "新疆维吾尔自治区", "650102", 87.617, 43.826),
    ("呼和浩特市", "内蒙古自治区", "150102", 111.749, 40.843),
    ("沈阳市", "辽宁省", "210102", 123.432, 41.806),
)
UNASSIGNED_AREA = "990101"
PHONE_RANGE = "154"
# Role, prefix of its staff ids, how many.
ROLES = (
    ("collector", "K", 40),
    ("team_lead", "TL", 8),
    ("field_officer", "FO", 16),
    ("hardship", "H", 3),
    ("legal", "L", 3),
    ("compliance", "C", 4),
    ("operations", "O", 6),
    ("finance", "F", 2),
)
CONSENTS = ("app_message", "sms", "night_contact", "precise_location", "third_party_message")
