"""Words of which people here make passwords, beside those of their own town."""

from dxplan.accounts.romaji import spelled

PREFECTURES = """
    hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo
    kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto
    osaka hyogo nara wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime
    kochi fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa
"""
OFFICE = """
    yakuba yakusho shiyakusho kencho choson shichoson jichitai komuin shokuin soncho chocho kacho
    kakaricho kikaku kikakuka zaisei soumu juumin kenkou gikai iinkai keikaku sogokeikaku suishin
    jisseki hyouka nendo reiwa heisei shouwa dejitaru digital dxplan suishinkeikaku sanjikai
    役場 市役所 町役場 村役場 区役所 県庁 役所 計画 推進 企画 総務 財政 住民 職員
    令和 平成 昭和 年度
"""
EVERYDAY = """
    password passwd pasuwado passward himitsu angou naisho admin administrator kanrisha login roguin
    welcome youkoso user riyousha guest tester testtest dragon monkey letmein iloveyou master
    abcdefg abcd qwerty asdfgh zxcvbn qazwsx poiuyt
    nihon nippon japan fujisan sakura himawari hanabi matsuri samurai ninja sumire tsubaki momiji
    konnichiwa ohayou konbanwa arigatou sayonara aishiteru daisuki tomodachi kazoku genki ganbaru
    doraemon pikachu pokemon anpanman totoro naruto onepiece gundam arashi conan
    hanako tarou ichirou jirou yamada suzuki satou tanaka takahashi watanabe itou nakamura kobayashi
    パスワード 秘密 管理者 桜 日本 富士山 家族 友達 大好き
"""

GUESSABLE = frozenset(spelled(word) for word in (PREFECTURES + OFFICE + EVERYDAY).split())
