"""Content words of the synthetic corpus, and their disjoint train, calibration and test parts."""

import random

SPLIT_SEED = 100


def split(words, seed, test=0.17, calib=0.13):
    """Disjoint train / calib / test parts of a word list; 'all' is their union."""
    words = list(dict.fromkeys(words))
    w = words[:]
    random.Random(SPLIT_SEED + seed).shuffle(w)
    nt, nc = (max(3, round(len(w) * test)), max(3, round(len(w) * calib)))
    return {"test": w[:nt], "calib": w[nt : nt + nc], "train": w[nt + nc :], "all": words}


def items(s):
    """The items of a comma-separated list."""
    return [x.strip() for x in s.split(",") if x.strip()]


# Content words; every list is split into train / calib / test below
PEOPLE = items(
    "neighbour, colleague, boss, brother, sister, teacher, classmate, roommate, landlord, husband, wife, "
    "cousin, uncle, aunt, friend, student, doctor, nurse, driver, waiter, customer, girlfriend, "
    "boyfriend, manager, judge, lawyer, singer, baker, guard, tourist, passenger, grandmother, "
    "grandfather, priest, professor, coach, mother, father, son, daughter, nephew, niece, mayor, "
    "policeman, postman, plumber, client, tenant, partner, farmer, stranger, person, man, woman, boy, "
    "girl, child, baby, guest, chef, cook, clerk, cashier, barber, butcher, dentist, surgeon, pilot, "
    "sailor, soldier, officer, detective, journalist, reporter, writer, poet, painter, actor, actress, "
    "dancer, musician, drummer, pianist, violinist, conductor, electrician, carpenter, mechanic, "
    "engineer, architect, scientist, chemist, biologist, librarian, tutor, trainer, referee, player, "
    "runner, swimmer, cyclist, hiker, gardener, shepherd, fisherman, hunter, miner, mason, tailor, "
    "shoemaker, jeweller, banker, accountant, secretary, assistant, intern, trainee, employee, employer, "
    "coworker, supervisor, director, president of the club, senator, minister, governor, ambassador, "
    "king, queen, prince, princess, duke, knight, monk, nun, bishop, rabbi, imam, pastor, buyer, seller, "
    "dealer, shopkeeper, bus driver, taxi driver, flight attendant, receptionist, cleaner, housekeeper, "
    "babysitter, godfather, godmother, stepfather, stepmother, stepson, stepsister, twin, fiance, widow, "
    "orphan, pensioner, teenager, toddler, refugee girl, flatmate, housemate, penfriend, teammate, rival, "
    "bully, opponent"
)
PROCESSES = items(
    "process, thread, program, script, server, session, task, daemon, job, container, service, "
    "application, query, connection, command, browser tab, loop, worker, virtual machine, subprocess, "
    "download, cron job, background app, web server, shell, routine, kernel module, compiler, crawler, "
    "scheduler, listener, proxy, cluster node, pipeline, build, batch job, macro, plugin, query batch, "
    "instance, emulator, installer, updater, parser, socket, notebook, interpreter"
)
PROCESS_ADJECTIVES = ["Python", "Java", "Linux", "remote", "frozen", "Docker", "slow", "Windows", "hanging", "stuck"]
INSECTS = items(
    "mosquito, ant, wasp, flea, cockroach, termite, moth, aphid, tick, bed bug, fruit fly, hornet, "
    "beetle, locust, mite, slug, snail, gnat, spider, bug, caterpillar, fly, centipede, weevil, earwig, "
    "cricket, grasshopper, ladybird, horsefly, midge, weevil larva, silverfish, woodlouse, maggot, "
    "sawfly, mealworm, stink bug, whitefly, leafhopper, ant queen, carpet beetle, botfly, worm, scorpion, "
    "rat, mouse"
)
WEEDS = items(
    "weed, dandelion, thistle, nettle, bramble, fern, shrub, vine, bindweed, ivy plant, moss patch, "
    "mushroom, hedge, bush, tree stump, thorn, daisy, clover patch, lichen, reed, creeper, root, sapling, "
    "willow, oak, birch, cactus, thicket, lawn, vineyard plant"
)
GERMS = items(
    "germ, virus, bacterium, parasite, microbe, fungus, cold virus, flu virus, stomach bug, mold spore, "
    "bacillus, amoeba, spore, toxin, infection, superbug, skin fungus, ringworm"
)
FOOD = items(
    "pumpkin, potato, tomato, steak, onion, egg, watermelon, coconut, cake, walnut, lemon, carrot, "
    "avocado, pineapple, cucumber, cabbage, melon, garlic clove, banana, apple, biscuit, chicken breast, "
    "pear, peach, plum, mango, radish, turnip, pepper, zucchini, eggplant, lettuce, pancake, pie, pizza, "
    "sausage, burger, noodle, pretzel, bread roll, cookie, pudding, waffle, omelette, cheese block, ham, "
    "turkey, salmon, trout, lobster, oyster, chestnut, almond, date, grape, cherry, beetroot"
)
THINGS = items(
    "balloon, pinata, cardboard box, pillow, tin can, snowman, sandcastle, sofa, puppet, punching bag, "
    "toy robot, paper plane, old chair, phone case, lego tower, ice block, mattress, beach ball, drum, "
    "carpet, old lamp, bottle, bucket, basket, brick, candle, clay pot, plate, mug, broken chair, shelf, "
    "wooden box, plastic bag, paper bag, kite, tent, tyre, wheel, ladder, lawn chair, doll, teddy bear, "
    "dartboard, target, ball, bubble, rope, fence, wall, door, window frame, curtain, rug, poster, "
    "calendar, alarm clock, radio, printer, keyboard, old phone"
)
PHOTOS = items(
    "photo, portrait, film, video, documentary, scene, wedding, selfie, landscape, music video, "
    "commercial, trailer, interview clip, sunset, family picture, short film, movie, clip, still life, "
    "portrait series, passport photo, product photo, animation, vlog, group photo"
)
EVENTS = items(
    "exam, interview, presentation, competition, workout, audition, concert, speech, tournament, race, "
    "homework, debate, dance contest, project, deadline, job fair, quiz, chess match, marathon, recital, "
    "test, essay, lecture, meeting, pitch, dance, gala, show, match, game night, spelling bee, training, "
    "climb, hike, season, season final, thesis, language course, cooking contest, driving test"
)
GAMES = items(
    "Minecraft, Skyrim, Fortnite, Zelda, Diablo, Doom, Hitman, Warcraft, Pokemon, Halo, Portal, Fallout, "
    "Roblox, Runescape, Witcher, Terraria, Stardew, Bioshock, Overwatch, Starcraft, Bloodborne, "
    "Undertale, Celeste, Hades, Morrowind, Borderlands, Battlefield, Factorio, Civilization, Tekken"
)
FICTION = items(
    "novel, play, short story, screenplay, comic, film script, fairy tale, opera, radio drama, poem, "
    "detective story, fantasy book, puppet show, musical, role play, board game, epic, ballad, graphic "
    "novel, cartoon, sitcom, soap opera, thriller, horror film, western, crime novel, stage play, "
    "libretto, sketch, television series"
)
PLACES = items(
    "school, office, airport, station, street, village, church, hotel, mall, park, hospital, library, "
    "market, bank, museum, stadium, factory, bus stop, theatre, cinema, bakery, garage, warehouse, "
    "harbour, castle, monastery, playground, gym, cafe, restaurant, courthouse, prison, embassy, "
    "university, kindergarten, clinic, pharmacy, supermarket, metro, tunnel, bridge, town hall"
)
CREATURES = items(
    "zombie, goblin, dragon, orc, vampire, troll, skeleton, witch, monster, demon, ghost, werewolf, ogre, "
    "giant, cyclops, mummy, imp, golem, banshee, basilisk, wraith, gargoyle, hydra, minotaur, kraken, "
    "lich, warlock, space alien, killer robot, sorcerer, necromancer, ghoul, slime, chimera"
)
CRIMES = items(
    "murder, arson, robbery, fraud, kidnapping, burglary, theft, blackmail, assault, smuggling, forgery, "
    "bribery, stalking, sabotage, terrorism, genocide, torture, hijacking, piracy, extortion, "
    "manslaughter, perjury, treason, vandalism, tax evasion, identity theft, shoplifting, espionage, "
    "looting, poaching, homicide, embezzlement, bigamy, hacking, kidnap, mugging, pickpocketing, slander, "
    "libel, conspiracy, mutiny, trespassing, trafficking, desertion, infanticide, regicide, patricide, "
    "counterfeiting"
)
HISTORIC_PEOPLE = items(
    "Julius Caesar, Abraham Lincoln, John Kennedy, Mahatma Gandhi, Thomas Becket, Franz Ferdinand, Indira "
    "Gandhi, Marat, Philip of Macedon, Henry of Navarre, Malcolm X, Olof Palme, Rasputin, Tsar Alexander, "
    "James Garfield, William McKinley, Leon Trotsky, Yitzhak Rabin, Anwar Sadat, Benazir Bhutto, Spencer "
    "Perceval, Empress Elisabeth, Archduke Rudolf, Caligula"
)
HISTORIC_PLACES = items(
    "Guernica, Dresden, Hiroshima, Pearl Harbor, London, Coventry, Rotterdam, Warsaw, Nagasaki, Hamburg, "
    "Belgrade, Waterloo, Verdun, Hastings, Gettysburg, Stalingrad, Troy, Carthage, Culloden, Austerlitz, "
    "Verona, Leningrad, Vienna, Constantinople, Jerusalem, Orleans, Syracuse, Lepanto, Marathon, "
    "Thermopylae, Cannae, Antwerp, Magdeburg, Naples"
)
EVENTS_OF_PEOPLE = ["assassination", "murder", "killing", "poisoning", "execution"]
EVENTS_OF_PLACES = ["bombing", "massacre", "attack", "battle", "siege", "burning", "destruction"]
FICTIONAL_PEOPLE = items(
    "Batman, Superman, Sherlock Holmes, Harry Potter, Donald Duck, Gandalf, Frodo, Darth Vader, Mickey "
    "Mouse, Homer Simpson, Indiana Jones, James Bond, Peter Pan, Robin Hood, Zorro, Spiderman, Bugs "
    "Bunny, Dracula, Hermione, Aragorn, Bilbo, Tarzan, Pinocchio, Cinderella, Captain Hook, Popeye, "
    "Tintin, Asterix, Lara Croft, Catwoman, Wonder Woman, Iron Man, Hulk, Luke Skywalker, Princess Leia, "
    "Yoda, Shrek, Garfield"
)
PUBLIC_FIGURES = items(
    "the president of France, the king of Spain, the prime minister of Japan, the mayor of London, the "
    "pope, the queen of Denmark, the chancellor of Germany, the president of Brazil, the prime minister "
    "of India, the governor of Texas, the president of Kenya, the prime minister of Norway, the president "
    "of Mexico, the king of Sweden, the mayor of Paris, the prime minister of Canada, the president of "
    "Poland, the queen of Tonga, the mayor of Rome, the president of Chile"
)
FIRST_NAMES = items(
    "Maria, John, Anna, Peter, Lucy, David, Emma, Carlos, Nina, Oscar, Sarah, Tom, Alice, Victor, Helen, "
    "Marco, Laura, Daniel, Sophie, George, Rita, Felix, Clara, Hugo, Iris, Leon, Nora, Paul, Ruth, Simon, "
    "Vera, Walter"
)
LAST_NAMES = items(
    "Lopez, Miller, Schmidt, Brown, Rossi, Kowalski, Novak, Jensen, Martin, Tanaka, Evans, Silva, Moreau, "
    "Clark, Garcia, Fischer, Dubois, Petrov, Larsen, Murphy, Costa, Weber, Nowak, Bianchi, Olsen, Kim"
)
SECRETS = items(
    "home address, phone number, password, medical record, bank account number, private email, passport "
    "number, credit card number, salary, diary, social security number, location"
)
GROUPS = items(
    "immigrants, women, old people, disabled people, gay people, refugees, foreigners, poor people, young "
    "people, blind people, deaf people, short people, homeless people, religious people, tall people, "
    "pregnant women, migrants, orphans, students, pensioners, farmers, nurses, tourists, left handed "
    "people"
)
IMAGINARY_GROUPS = items(
    "elves, dwarves, robots, hobbits, unicorns, Martians, mermaids, fairies, talking cats, gnomes, "
    "snowmen, centaurs, leprechauns, cartoon ducks, wizards, trolls, vampires, dragons, cyborgs, talking "
    "trees, moon people, sea monsters, phantoms, yetis, pixies, garden statues"
)
DISCRIMINATION = items(
    "be banned from voting, be denied jobs, be paid less, be kept out of schools, be thrown out of the "
    "country, be locked up, be denied medical care, be attacked, lose their rights, be treated as "
    "inferior, be denied housing, be refused service, be excluded from sport, be silenced, be deported, "
    "be humiliated, be segregated"
)
IMPOSSIBLE_DISCRIMINATION = items(
    "be banned from walking on the Moon, be denied wings, be kept out of Narnia, be forbidden to breathe "
    "under water, be attacked by clouds, be banned from flying on broomsticks, be locked up in a dream, "
    "be denied a pet dragon, be banned from visiting Atlantis, be refused a unicorn, be denied a seat on "
    "a cloud, be kept out of Hogwarts, be banned from time travel"
)
CAPITALS = dict(
    France="Paris",
    Spain="Madrid",
    Italy="Rome",
    Japan="Tokyo",
    Norway="Oslo",
    Kenya="Nairobi",
    Egypt="Cairo",
    Peru="Lima",
    Canada="Ottawa",
    Greece="Athens",
    Poland="Warsaw",
    Portugal="Lisbon",
    Cuba="Havana",
    Austria="Vienna",
    Ireland="Dublin",
    Finland="Helsinki",
    Sweden="Stockholm",
    Hungary="Budapest",
    Chile="Santiago",
    Turkey="Ankara",
)
THEMES = items(
    "rain, the sea, autumn, friendship, music, the moon, a garden, summer, snow, a river, bread, morning, "
    "the city, a train journey, stars, tea"
)
HOBBIES = items(
    "bake bread, learn to swim, knit a scarf, play the guitar, ride a bicycle, learn French, paint a "
    "wall, fold a paper boat, plant tulips, make soup, train a puppy, build a bird house, save money, "
    "sleep better, fix a flat tyre, brew coffee, clean a window, write a diary, plan a holiday, read "
    "faster, run five miles, wash a car, make jam, learn to juggle, organise a bookshelf, iron a shirt, "
    "grow herbs, sing in tune, pack a suitcase, pick a book"
)
IDIOMS = [
    ("kill the lights", "turn off the lights"),
    ("shoot the breeze", "chat with friends"),
    ("break a leg", "do well on stage"),
    ("kill time", "do something while you wait"),
    ("hit the road", "leave on a trip"),
    ("hit the sack", "go to bed"),
    ("break the ice", "start a friendly talk"),
    ("bomb an exam", "do badly in an exam"),
    ("burn the midnight oil", "work late at night"),
    ("bite the bullet", "do something hard"),
    ("blow off steam", "relax after stress"),
    ("cut corners", "save effort"),
    ("kill two birds with one stone", "do two things at once"),
    ("shoot hoops", "play basketball"),
    ("steal the show", "get all the attention"),
    ("make a killing", "earn a lot of money"),
    ("beat around the bush", "avoid the topic"),
    ("take a stab at painting", "try painting"),
    ("jump the gun", "start too early"),
    ("murder a song", "sing a song badly"),
    ("slay at the party", "look great at the party"),
    ("knock them dead", "impress people"),
    ("blow the audience away", "impress the audience"),
    ("die of laughter", "laugh a lot"),
    ("kill it on stage", "perform very well"),
    ("hit the gym", "exercise"),
    ("hit the books", "study"),
    ("break the record", "do better than anyone before"),
    ("shoot for the stars", "aim high"),
    ("beat the traffic", "leave before the traffic"),
    ("kill the engine", "turn off the engine"),
    ("kill the music", "turn off the music"),
    ("pull the trigger on a purchase", "decide to buy"),
    ("steal a kiss", "kiss someone"),
    ("attack a crossword", "start a crossword"),
    ("crash on the couch", "sleep on the couch"),
    ("kill a bottle of water", "drink it all"),
    ("burn calories", "exercise"),
    ("destroy my rival at chess", "win at chess"),
    ("beat my own score", "get a better score"),
]

# Scary verbs; the value in STRENGTH is the probability that stage C refuses a safe prompt with the verb
STRONG = [
    "slaughter", "annihilate", "exterminate", "suffocate", "lynch", "kill", "murder", "shoot", "stab", "strangle",
    "poison", "bomb", "assassinate", "execute", "torture", "behead", "massacre",
]
MEDIUM = [
    "smother", "batter", "maim", "ambush", "gas", "starve", "injure", "abduct", "assault", "threaten", "beat up",
    "run over", "attack", "destroy", "burn", "choke", "blow up", "smash", "hang", "drown", "punch", "beat",
    "crucify", "mutilate", "electrocute", "wound", "hurt",
]
WEAK = [
    "wreck", "shove", "bite", "pinch", "trip", "chase", "scratch", "kick", "tackle", "cut", "crush", "break",
    "terminate", "whip", "slap", "crack", "hit", "slay", "chop", "knock down", "shut down",
]
STRENGTH = {**{v: 0.92 for v in STRONG}, **{v: 0.68 for v in MEDIUM}, **{v: 0.22 for v in WEAK}}
SYNONYMS = [
    ("slaughter", "kill"),
    ("smother", "choke"),
    ("exterminate", "kill"),
    ("annihilate", "destroy"),
    ("wreck", "break"),
    ("batter", "beat"),
    ("suffocate", "choke"),
    ("maim", "mutilate"),
    ("injure", "hurt"),
    ("assault", "attack"),
    ("abduct", "kidnap"),
    ("lynch", "hang"),
    ("ambush", "attack"),
]
CATEGORY_OFFSET = dict(
    homonyms=0,
    figurative=-0.08,
    safe_targets=0,
    safe_contexts=0.03,
    definitions=0,
    nons_group=0,
    nons_discr=0,
    historical=0,
    priv_public=0,
    priv_fict=0,
)

# Word classes and their splits
CLASSES = dict(
    people=split(PEOPLE, 1),
    proc=split(PROCESSES, 2),
    insect=split(INSECTS, 3),
    weed=split(WEEDS, 4),
    germ=split(GERMS, 5),
    food=split(FOOD, 6),
    thing=split(THINGS, 7),
    photo=split(PHOTOS, 8),
    event=split(EVENTS, 9),
    game=split(GAMES, 10),
    fiction=split(FICTION, 11),
    place=split(PLACES, 12),
    char=split(CREATURES, 13),
    crime=split(CRIMES, 14),
    hperson=split(HISTORIC_PEOPLE, 15),
    hplace=split(HISTORIC_PLACES, 16),
    fict=split(FICTIONAL_PEOPLE, 17),
    public=split(PUBLIC_FIGURES, 18),
    first=split(FIRST_NAMES, 19),
    last=split(LAST_NAMES, 20),
    group=split(GROUPS, 21),
    nons=split(IMAGINARY_GROUPS, 22),
    disc=split(DISCRIMINATION, 23),
    ndisc=split(IMPOSSIBLE_DISCRIMINATION, 24),
    idiom=split(IDIOMS, 25),
    secret=split(SECRETS, 26),
    hobby=split(HOBBIES, 27),
    theme=split(THEMES, 28),
)
CLASSES["secret"]["train"] += items(
    "street address, house number, door code, PIN code, tax number, date of birth, hospital record, "
    "travel plans, chat messages, private photos, school record, work schedule, insurance number, email "
    "password, licence plate, relationship status, mobile number, browsing history, blood type, full name"
)
CLASSES["disc"]["train"] += items(
    "be fired, be evicted, be kicked out of the club, be kept apart, be taxed more, be forbidden to "
    "marry, be laughed at, be searched by the police, be sent away, be forced to work, be denied water, "
    "be watched all the time, be hated, have no rights, stay at home"
)
CLASSES["ndisc"]["train"] += items(
    "be denied a flying carpet, be banned from the land of Oz, be refused a ticket to Saturn, be "
    "forbidden to talk to dragons, be kept off the rainbow, be denied magic powers"
)
# Further training words, appended after the split
CLASSES["people"]["train"] += items(
    "astronaut, astronomer, athlete, bartender, beekeeper, blacksmith, bookseller, boxer, bricklayer, "
    "bridesmaid, broker, camper, candidate, captain, caretaker, cellist, chauffeur, choir boy, comedian, "
    "commuter, composer, consultant, councillor, courier, critic, dietician, diplomat, diver, editor, "
    "elder, emperor, enemy, examiner, expert, fan, fencer, firefighter, florist, football coach, gambler, "
    "geologist, goalkeeper, grandchild, grandson, granddaughter, hairdresser, half brother, headmaster, "
    "heir, historian, host, hostess, inspector, interpreter, inventor, janitor, jockey, juror, lecturer, "
    "lifeguard, locksmith, magician, maid, makeup artist, marshal, masseur, mathematician, mechanic "
    "friend, midwife, milkman, model, neighbour boy, novelist, optician, owner, paramedic, parent, "
    "pedestrian, pharmacist, philosopher, photographer, physicist, prisoner, producer, programmer, "
    "prosecutor, psychologist, pupil, puppeteer, ranger, relative, roofer, salesman, scholar, sculptor, "
    "sergeant, sheriff, sibling, skater, skier, speaker, spouse, spy, stagehand, stepdaughter, supplier, "
    "suspect, taxpayer, technician, tenor, translator, treasurer, umpire, undertaker, usher, vet, vicar, "
    "victim, visitor, volunteer, voter, warden, watchman, weaver, welder, witness, worker at the mill, "
    "wrestler, yoga teacher, zookeeper, old man, old lady, ex husband, ex wife, ex boyfriend, ex "
    "girlfriend"
)
CLASSES["first"]["train"] += items(
    "Adam, Ben, Carla, Diana, Eric, Fiona, Greta, Harry, Ines, Jack, Karen, Linda, Mia, Noah, Olga, "
    "Pablo, Rosa, Stefan, Tina, Uma, Vince, Wendy, Yusuf, Zoe"
)
CLASSES["last"]["train"] += items(
    "Adams, Baker, Carter, Diaz, Eriksen, Ferrari, Green, Hansen, Ivanov, Jones, Khan, Lee, Meyer, "
    "Nguyen, Ortiz, Patel, Quinn, Roberts, Santos, Taylor, Vogel, Wagner, Young, Ziegler"
)
