export interface Spark {
  /** A few words on the line of sparks. */
  label: string;
  /** The whole idea, put into the field. */
  idea: string;
}

// Written for each language, not translated: what makes a reader curious differs.
const ENGLISH: readonly Spark[] = [
  {
    label: 'a heist in a library',
    idea: 'Three retired librarians plan to steal back the one book their city pretends was never written.',
  },
  {
    label: 'a bell under the sea',
    idea: 'A village that sank four hundred years ago rings its bell at low tide, and tonight the diver who goes down hears someone answer.',
  },
  {
    label: 'a war of cooks',
    idea: 'Two rival kitchens feed the same starving siege, and the cook who spies for the enemy is the only one who knows how to bake bread.',
  },
  {
    label: 'the lighthouse of last year',
    idea: 'The beam of an old lighthouse shows the sea as it was one year ago. The keeper’s daughter went missing eleven months back.',
  },
  {
    label: 'a divorce by letter',
    idea: 'A couple on two planets divorce by letters that take nine years to arrive, and one of them keeps writing as if nothing had happened.',
  },
  {
    label: 'the judge who forgets',
    idea: 'A judge who is losing her memory finds her own handwriting in the file of a man she once sentenced, begging her to look again.',
  },
  {
    label: 'a train that skips a station',
    idea: 'Every night the last train passes one station without stopping. Tonight the new guard pulls the brake.',
  },
  {
    label: 'the honest con man',
    idea: 'A con man is hired by a dying duchess to swindle her heirs out of an inheritance she wants nobody to have.',
  },
  {
    label: 'a house with one extra door',
    idea: 'A surveyor measures an empty house and counts one more door on the inside than on the outside.',
  },
  {
    label: 'the translator’s lie',
    idea: 'An interpreter stops a war with one sentence nobody said, and has to make it true before the treaty is signed.',
  },
  {
    label: 'rain on the salt road',
    idea: 'On a desert road where it has not rained for a century, a salt trader finds a wet umbrella.',
  },
  {
    label: 'the understudy',
    idea: 'The night the leading actress disappears, her understudy finds the disappearance written into the fourth act.',
  },
  {
    label: 'a garden that keeps secrets',
    idea: 'In a town where secrets are buried as seeds, the gardener notices that the mayor’s has begun to flower.',
  },
  {
    label: 'the slowest messenger',
    idea: 'The last messenger on foot carries a pardon across the mountains, three days behind the news that the man is already dead.',
  },
  {
    label: 'two sisters and a debt',
    idea: 'Two sisters inherit a debt of three hundred years, and a polite stranger who has come to collect it in person.',
  },
  {
    label: 'a map drawn wrong',
    idea: 'A mapmaker who drew one wrong river to protect a valley learns that an army is marching by her map.',
  },
  {
    label: 'the ghost who pays rent',
    idea: 'The tenant upstairs has been dead for six years, but the rent still comes, and last month it came with a note.',
  },
  {
    label: 'a duel at noon, by post',
    idea: 'Two chess masters who have not spoken for thirty years play one last game by post, and the moves begin to describe a murder.',
  },
  {
    label: 'the ship’s second clock',
    idea: 'A generation ship keeps two clocks, and on her first day as keeper Ilse learns that the passengers only know the wrong one.',
  },
  {
    label: 'what the tide owes',
    idea: 'A beachcomber finds her own wedding ring washed up in a bottle, thrown in by a man she has not met.',
  },
];

const CHINESE: readonly Spark[] = [
  {
    label: '当铺收下的名字',
    idea: '江边有家当铺收人的名字。一个忘了自己是谁的年轻人，拿着当票来赎。',
  },
  {
    label: '末班渡船',
    idea: '渡口的末班船从不载人，老船工守了三十年。今晚，有人付了两个人的船钱。',
  },
  {
    label: '会下雨的账本',
    idea: '盐商的账本每翻一页外面就下一场雨，而大旱之年，最后几页被人撕走了。',
  },
  { label: '替身新娘', idea: '她替表姐嫁进深宅，却发现新郎也是别人的替身。' },
  { label: '山上的电话亭', idea: '废弃林场里有一座不通线的电话亭，每到立冬，它会响三声。' },
  {
    label: '两个御厨',
    idea: '围城百日，两个互不说话的御厨要用最后一袋米办一场让敌国使者退兵的宴席。',
  },
  {
    label: '失踪的那一站',
    idea: '地铁七号线有一站没人下过车。新来的巡线员在站台上看见了自己的工牌。',
  },
  { label: '修钟的姑娘', idea: '镇上的大钟慢了七分钟，修钟的姑娘发现，这七分钟里藏着一桩旧案。' },
  {
    label: '说书人的第九回',
    idea: '说书人的故事讲到第八回，城里就照着发生了八件事。没有人敢让他讲第九回。',
  },
  {
    label: '星际邮差',
    idea: '一封信在路上走了四十年，邮差送到时，收信的星球刚刚宣布从未有人居住。',
  },
  {
    label: '画错的河',
    idea: '为了护住一座山谷，她在地图上画错了一条河。如今大军正照着这张图行进。',
  },
  { label: '租客的回信', idea: '楼上的租客去世六年了，房租仍按月寄到，这个月还附了一句话。' },
  { label: '假剑客', idea: '一个只会摆架势的戏子，被错认成天下第一剑客，只好一路演到华山。' },
  { label: '海底的钟', idea: '沉没四百年的村子退潮时会敲钟，今夜下潜的人听见有人应了一声。' },
  {
    label: '最后一课',
    idea: '乡村小学只剩一个学生和一个老师，撤校前一天，来了第二个学生，谁也不认识她。',
  },
  {
    label: '译官的谎',
    idea: '两国谈判，译官用一句谁也没说过的话止住了战争，他得在盟约落笔前让它成真。',
  },
  { label: '多出来的门', idea: '测绘员给一座空宅量尺寸，屋里数出来的门，比屋外多一扇。' },
  {
    label: '借来的一年',
    idea: '她向河神借了一年的寿命，如今期满，来收账的人自称是她未出世的孙女。',
  },
  {
    label: '雪夜审判',
    idea: '记性一天天变坏的女法官，在旧卷宗里看见自己的字迹：此人无罪，请再看一遍。',
  },
  {
    label: '一把没有锁的钥匙',
    idea: '锁匠的遗物是一把开不了任何锁的钥匙，直到隔壁城的钟楼被人从里面反锁。',
  },
];

const SPARKS = { en: ENGLISH, zh: CHINESE } as const;
const SHOWN = 6;

/** Six sparks of the language; each next set shows six others until all were seen. */
export function sparkSet(language: 'en' | 'zh', set: number): Spark[] {
  const all = SPARKS[language];
  return Array.from({ length: SHOWN }, (_, index) => {
    const spark = all[(set * SHOWN + index) % all.length];
    if (!spark) throw new RangeError('no sparks');
    return spark;
  });
}

/** Any idea of the language but the one in the field. */
export function surprise(
  language: 'en' | 'zh',
  current: string,
  random: () => number = Math.random,
): string {
  const others = SPARKS[language].filter((spark) => spark.idea !== current);
  return others[Math.floor(random() * others.length)]?.idea ?? current;
}
